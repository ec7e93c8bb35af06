"""The wordings of a question: as it was asked, and with short forms written out or the reverse."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import TokenVectors
from semsearch.encode.token_codes import TokenCodec
from semsearch.language.words import words
from semsearch.rank.late_interaction import QueryTokens

#: Wordings that are matched, the question itself among them; each costs as much as the question.
MOST_WORDINGS = 4


@dataclass(frozen=True, slots=True)
class Wording:
    """One wording: its text, and half-open spans in it.

    ``agent``, ``target``: the two sides of the relation. ``changed``: what stands there instead of
    the question's own form; ``replaced``: that form's span in the question. None in the question
    itself.
    """

    text: str
    agent: tuple[int, int] | None
    target: tuple[int, int] | None
    changed: tuple[int, int] | None = None
    replaced: tuple[int, int] | None = None


def wordings_of(
    text: str,
    agent: str | None,
    target: str | None,
    replacements: Sequence[tuple[int, int, str]],
) -> tuple[Wording, ...]:
    """The question, and one wording more for each replacement, at most ``MOST_WORDINGS``.

    Args:
        text: the question.
        agent: its agent, as it stands in the text; None where it has none.
        target: its target, as it stands in the text.
        replacements: spans of the text with what may stand there instead, the most common first.
    """
    found = [_wording(text, agent, target)]
    for start, end, form in replacements:
        if len(found) == MOST_WORDINGS:
            break
        changed = text[:start] + form + text[end:]
        if changed not in [one.text for one in found]:
            printed = text[start:end]
            wording = _wording(
                changed,
                agent.replace(printed, form) if agent else None,
                target.replace(printed, form) if target else None,
            )
            found.append(
                replace(wording, changed=(start, start + len(form)), replaced=(start, end))
            )
    return tuple(found)


def query_tokens(
    wordings: Sequence[Wording],
    tokens: Sequence[TokenVectors],
    codec: TokenCodec,
    weight: Callable[[str], float],
) -> tuple[QueryTokens, ...]:
    """The tokens of each wording for late interaction.

    Args:
        wordings: whose texts were encoded, the question itself first.
        tokens: of these texts.
        codec: of the index.
        weight: how rare a word is, above 0.
    """
    weights = token_weights(wordings, [own.spans for own in tokens], weight)
    return tuple(
        QueryTokens(
            codec.project(own.vectors),
            mine,
            _inside(own.spans, wording.agent),
            _inside(own.spans, wording.target),
        )
        for wording, own, mine in zip(wordings, tokens, weights, strict=True)
    )


def token_weights(
    wordings: Sequence[Wording],
    spans: Sequence[NDArray[np.int32]],
    weight: Callable[[str], float],
) -> list[NDArray[np.float64]]:
    """How much each token of each wording counts, (q,) float64 above 0.

    What stands instead of a form weighs as much as that form, however many words it has: "human
    immunodeficiency virus" is no more of a question than "HIV" is.

    Args:
        wordings: the question itself first.
        spans: (q, 2) of the tokens of each.
        weight: how rare a word is, above 0.
    """
    weights = [_weights(one.text, own, weight) for one, own in zip(wordings, spans, strict=True)]
    for number, wording in enumerate(wordings):
        form = weights[0][_inside(spans[0], wording.replaced)].sum()
        instead = _inside(spans[number], wording.changed)
        total = weights[number][instead].sum()
        if form > 0 and total > 0:
            weights[number][instead] *= form / total
    return weights


def _weights(
    text: str, spans: NDArray[np.int32], weight: Callable[[str], float]
) -> NDArray[np.float64]:
    """(q,) how rare the word of each token is; 1 for a token of no word."""
    of_word = {place: weight(text[slice(*place)]) for place in words(text)}
    weights = np.ones(len(spans), dtype=np.float64)
    for number, start in enumerate(spans[:, 0].tolist()):
        for (first, last), rare in of_word.items():
            if first <= start < last:
                weights[number] = rare
                break
    return weights


def _wording(text: str, agent: str | None, target: str | None) -> Wording:
    first = _span(text, agent, 0)
    # A target is looked for behind the agent first: "does IL-6 induce IL-6R".
    second = _span(text, target, first[1] if first else 0) or _span(text, target, 0)
    return Wording(text, first, None if second == first else second)


def _span(text: str, part: str | None, start: int) -> tuple[int, int] | None:
    place = text.find(part, start) if part else -1
    return None if place < 0 or part is None else (place, place + len(part))


def _inside(spans: NDArray[np.int32], side: tuple[int, int] | None) -> NDArray[np.bool_]:
    if side is None:
        return np.zeros(len(spans), dtype=np.bool_)
    inside: NDArray[np.bool_] = (spans[:, 0] >= side[0]) & (spans[:, 0] < side[1])
    return inside

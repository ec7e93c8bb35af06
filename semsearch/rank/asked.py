"""A question made ready for every stage: its vector, tokens, words, relation and other wordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoder
from semsearch.encode.token_codes import TokenCodec
from semsearch.index.lexical import K1, LexicalIndex, LexicalQuery
from semsearch.language.question import QuestionAnalysis, analyse_question
from semsearch.language.stance import StanceReader
from semsearch.language.tokens import lexical_tokens, query_tokens
from semsearch.rank.late_interaction import QueryTokens
from semsearch.rank.wordings import query_tokens as late_tokens
from semsearch.rank.wordings import wordings_of

#: Span of the question, what may stand there instead: an abbreviation's other form.
Replacement = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Words:
    """Words to look for, and the highest BM25 score that a text could have for them."""

    query: LexicalQuery
    most: float

    def share(self, index: LexicalIndex, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """(len(rows),) float64 scores as shares of ``most``, 0–1."""
        return index.score(self.query, rows).astype(np.float64) / self.most


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, ready.

    ``vector``: (dimension,) float32 unit. ``wordings``: for late interaction; None where the index
    has no token vectors. ``reader``: of stances; None where no relation was asked.
    """

    text: str
    analysis: QuestionAnalysis
    vector: NDArray[np.float32]
    wordings: tuple[QueryTokens, ...] | None
    words: Words
    reader: StanceReader | None


def make_ready(
    text: str,
    encoder: Encoder,
    lexical: LexicalIndex,
    codec: TokenCodec | None,
    *,
    replacements: Sequence[Replacement] = (),
    phrases: Sequence[str] = (),
    excluded: Sequence[str] = (),
) -> Asked:
    """Analyse and encode a question, with all its wordings in one batch.

    Args:
        text: the question in normal form, without query syntax.
        encoder: that of the index.
        lexical: tells how rare words are.
        codec: of the token vectors; None where the index has none.
        replacements: other forms of parts of the question.
        phrases: what a text must hold.
        excluded: what it must not hold.
    """
    analysis = analyse_question(text)
    wordings = wordings_of(text, analysis.agent, analysis.target, replacements)
    encoded = encoder.encode_tokens([wording.text for wording in wordings])
    late: tuple[QueryTokens, ...] | None = None
    if codec is not None and encoded.tokens is not None:

        def weight(word: str) -> float:
            return max(map(lexical.idf, lexical_tokens(word)), default=1.0)

        late = late_tokens(wordings, encoded.tokens, codec, weight)
    synonyms = _synonyms(text, replacements)
    complete = analysis.agent is not None and analysis.target is not None
    return Asked(
        text=text,
        analysis=analysis,
        vector=encoded.vectors[0],
        wordings=late,
        words=_words(text, lexical, synonyms, phrases, excluded),
        reader=StanceReader(analysis, synonyms=synonyms) if complete else None,
    )


def _synonyms(text: str, replacements: Sequence[Replacement]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for start, end, form in replacements:
        found.setdefault(text[start:end], []).append(form)
    return found


def _words(
    text: str,
    lexical: LexicalIndex,
    synonyms: Mapping[str, Sequence[str]],
    phrases: Sequence[str],
    excluded: Sequence[str],
) -> Words:
    groups: list[tuple[tuple[str, ...], ...]] = []
    left = text
    for form, others in synonyms.items():
        if form in left:
            left = left.replace(form, " ")
            runs = [tuple(lexical_tokens(one)) for one in (form, *others)]
            groups.append(tuple(dict.fromkeys(run for run in runs if run)))
    groups += [((token,),) for token in query_tokens(left)] if left.strip() else []
    most = sum(max(_most(run, lexical.idf) for run in group) for group in groups)
    query = LexicalQuery(
        tuple(groups),
        phrases=tuple(tuple(lexical_tokens(phrase)) for phrase in phrases),
        excluded=tuple(tuple(lexical_tokens(word)) for word in excluded),
    )
    return Words(query, most or 1.0)


def _most(run: tuple[str, ...], idf: Callable[[str], float]) -> float:
    return max(map(idf, run)) * (K1 + 1)

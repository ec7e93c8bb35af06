"""A question made ready for every stage: its vector, tokens, words, relation and other wordings."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoder
from semsearch.encode.token_codes import TokenCodec
from semsearch.index.lexical.protocol import K1, LexicalIndex, LexicalQuery
from semsearch.language.question import QuestionAnalysis, analyse_question
from semsearch.language.stance import StanceReader
from semsearch.language.tokens import lexical_tokens, query_tokens
from semsearch.rank.late_interaction import QueryTokens
from semsearch.rank.wordings import Wording, token_weights, wordings_of
from semsearch.rank.wordings import query_tokens as late_tokens
from semsearch.timing import Stage, timed

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
    has no token vectors. ``reader``: of stances; None where no relation was asked. ``encoded_as``
    and ``spans``: the wordings as text, and (q, 2) the tokens of each. ``synonyms``: other forms of
    parts of the question, by part.
    """

    text: str
    analysis: QuestionAnalysis
    vector: NDArray[np.float32]
    wordings: tuple[QueryTokens, ...] | None
    words: Words
    reader: StanceReader | None
    encoded_as: tuple[Wording, ...]
    spans: tuple[NDArray[np.int32], ...]
    synonyms: Mapping[str, Sequence[str]]

    def over(self, lexical: LexicalIndex) -> Asked:
        """The same question for other texts, in which other words are rare."""
        wordings = self.wordings
        if wordings is not None:
            weights = token_weights(self.encoded_as, self.spans, word_weight(lexical))
            wordings = tuple(
                replace(one, weights=mine) for one, mine in zip(wordings, weights, strict=True)
            )
        words = _words(self.text, lexical, self.synonyms)
        return replace(self, wordings=wordings, words=words)


def make_ready(
    text: str,
    encoder: Encoder,
    lexical: LexicalIndex,
    codec: TokenCodec | None,
    *,
    replacements: Sequence[Replacement] = (),
) -> Asked:
    """Analyse and encode a question, with all its wordings in one batch.

    Args:
        text: the question in normal form, without query syntax.
        encoder: that of the index.
        lexical: tells how rare words are.
        codec: of the token vectors; None where the index has none.
        replacements: other forms of parts of the question.
    """
    analysis = analyse_question(text)
    wordings = wordings_of(text, analysis.agent, analysis.target, replacements)
    with timed(Stage.ENCODE):
        encoded = encoder.encode_tokens([wording.text for wording in wordings])
    tokens = encoded.tokens if codec is not None else None
    late: tuple[QueryTokens, ...] | None = None
    if codec is not None and tokens is not None:
        late = late_tokens(wordings, tokens, codec, word_weight(lexical))
    synonyms = _synonyms(text, replacements)
    complete = analysis.agent is not None and analysis.target is not None
    return Asked(
        text=text,
        analysis=analysis,
        vector=encoded.vectors[0],
        wordings=late,
        words=_words(text, lexical, synonyms),
        reader=StanceReader(analysis, synonyms=synonyms) if complete else None,
        encoded_as=wordings,
        spans=tuple(own.spans for own in tokens or ()),
        synonyms=synonyms,
    )


def word_weight(lexical: LexicalIndex) -> Callable[[str], float]:
    """How rare a word is, above 0."""

    def weight(word: str) -> float:
        return max(map(lexical.idf, lexical_tokens(word)), default=1.0)

    return weight


def _synonyms(text: str, replacements: Sequence[Replacement]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for start, end, form in replacements:
        found.setdefault(text[start:end], []).append(form)
    return found


def _words(
    text: str,
    lexical: LexicalIndex,
    synonyms: Mapping[str, Sequence[str]],
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
    return Words(LexicalQuery(tuple(groups)), most or 1.0)


def _most(run: tuple[str, ...], idf: Callable[[str], float]) -> float:
    return max(map(idf, run)) * (K1 + 1)

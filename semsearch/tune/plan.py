"""What is trained, how, and which pairs each step sees."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from semsearch.errors import UsageError
from semsearch.tune.negatives import mine, texts_of
from semsearch.tune.pairs import LONG, Pair, PairKind, rows_of_kind

#: How often a step sees each kind; kinds that a corpus lacks leave their part to the others.
SHARES: Final[Mapping[PairKind, float]] = {
    PairKind.STATEMENT_TITLE: 0.40,
    PairKind.STATEMENT_ABSTRACT: 0.02,
    PairKind.STATEMENT_SENTENCE: 0.02,
    PairKind.STATEMENTS: 0.12,
    PairKind.TITLE_ABSTRACT: 0.10,
    PairKind.TITLE_SENTENCE: 0.10,
    PairKind.SENTENCE_ABSTRACT: 0.24,
}
#: A batch of whole abstracts holds a quarter of the pairs: it takes as long as one of sentences.
_LONG_PART = 4
#: One in so many pairs of a batch brings a hard negative, which all queries are held against.
_HARD_PART = 2
_NEXT = 1  # so that draws of steps are other draws than those of anything else with the seed


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that decides what comes out, beside model and corpus.

    Attributes:
        steps: updates of the weights, at least 1.
        batch: pairs of a step, at least 2.
        rate: highest learning rate of AdamW; it rises over the first tenth and falls to 0.
        keep: weight of the distance to the old model, 0 for none.
        layers: last layers that are trained; None for all.
        seed: of all draws.
    """

    steps: int = 1000
    batch: int = 64
    rate: float = 5e-5
    keep: float = 2.0
    layers: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for name, least in (("steps", 1), ("batch", 2), ("keep", 0), ("seed", 0)):
            if not getattr(self, name) >= least:
                raise UsageError(f"{name} is {getattr(self, name)}; expected {least} or more")
        if not 0 < self.rate < 1:
            raise UsageError(f"rate is {self.rate}; expected a number between 0 and 1")
        if self.layers is not None and self.layers < 1:
            raise UsageError(f"layers is {self.layers}; expected 1 or more")

    def rate_at(self, step: int) -> float:
        """The learning rate of a step, counted from 0."""
        warm = max(1, self.steps // 10)
        return self.rate * min((step + 1) / warm, (self.steps - step) / max(1, self.steps - warm))


@dataclass(frozen=True, slots=True)
class Batch:
    """The texts of one step.

    ``texts``: answers of the pairs in their order, then hard negatives. ``allowed``: (n, m) bool,
    which of them each query is held against. ``old``: (n + m, dimension) float32, the vectors that
    the model gave for queries and texts before it was tuned.
    """

    kind: PairKind
    queries: tuple[str, ...]
    texts: tuple[str, ...]
    allowed: NDArray[np.bool_]
    old: NDArray[np.float32]


class Batches:
    """The batch of each step, which depends on nothing but seed and step.

    That is why an interrupted training has no random state to keep.

    Args:
        plan: how many pairs, and the seed.
        pairs: to draw from.
        vectors: (t, dimension) float32 of ``texts_of(pairs)``, by the model before it is tuned.
    """

    def __init__(self, plan: Plan, pairs: Sequence[Pair], vectors: NDArray[np.float32]) -> None:
        self._plan = plan
        self._vectors = vectors
        self._places = {text: row for row, text in enumerate(texts_of(pairs))}
        self._pairs = pairs
        self._negatives = mine(pairs, vectors)
        self._rows = {kind: rows for kind, rows in rows_of_kind(pairs).items() if len(rows) > 1}
        self._kinds = list(self._rows)
        shares = np.array([SHARES[kind] for kind in self._kinds])
        self._shares = shares / shares.sum()

    def at(self, step: int) -> Batch:
        """The batch of a step."""
        random = np.random.default_rng([self._plan.seed, _NEXT, step])
        kind = self._kinds[int(random.choice(len(self._kinds), p=self._shares))]
        size = max(2, self._plan.batch // (_LONG_PART if kind in LONG else 1))
        rows = random.choice(self._rows[kind], min(size, len(self._rows[kind])), replace=False)
        chosen = [self._pairs[row] for row in rows]
        hard: list[Pair] = []
        for row in rows[: max(1, size // _HARD_PART)]:
            held = self._negatives[row][self._negatives[row] >= 0]
            if len(held):
                hard.append(self._pairs[int(random.choice(held))])
        others = [*chosen, *hard]
        allowed = np.array(
            [
                [
                    at == place or not (one.works & other.works or other.answer == one.answer)
                    for place, other in enumerate(others)
                ]
                for at, one in enumerate(chosen)
            ]
        )
        queries, texts = [one.query for one in chosen], [one.answer for one in others]
        old = self._vectors[[self._places[text] for text in (*queries, *texts)]]
        return Batch(kind, tuple(queries), tuple(texts), allowed, old)

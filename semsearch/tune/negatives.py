"""Hard negatives: texts that are near a query in the ranking of the model, and of another thing.

What is nearer to the query than its own answer is often right too, as a second paper on one finding
is; so a negative must be less near than the answer by a margin (Moreira et al. 2024, NV-Retriever:
improving text embedding models with effective hard-negative mining; there as a share of the
answer's score). Texts that share a work with the pair, or that say nearly the same as its answer,
are none either.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoder
from semsearch.progress import Progress
from semsearch.tune.pairs import Pair, rows_of_kind

#: Negatives of a pair.
MOST = 8
#: How much nearer the answer must be to the query, in cosine.
MARGIN = 0.05
#: Cosine from which two texts say the same.
SAME = 0.9
#: Neighbours that are looked through.
_DEPTH = 100
_LOT = 256
_TEXTS = 64  # encoded at once


def texts_of(pairs: Sequence[Pair]) -> list[str]:
    """Every text of some pairs once, by length."""
    return sorted({one.query for one in pairs} | {one.answer for one in pairs}, key=_by_length)


def mine(pairs: Sequence[Pair], vectors: NDArray[np.float32]) -> NDArray[np.int32]:
    """Places of pairs whose answers are hard negatives of each pair, the nearest first.

    Negatives are of the kind of the pair.

    Args:
        pairs: to find negatives for.
        vectors: (t, dimension) of ``texts_of(pairs)``, by the model before it is tuned.

    Returns:
        (n, ``MOST``) int32; −1 where a pair has fewer.
    """
    found = np.full((len(pairs), MOST), -1, dtype=np.int32)
    place = {text: row for row, text in enumerate(texts_of(pairs))}
    for rows in rows_of_kind(pairs).values():
        queries = vectors[[place[pairs[row].query] for row in rows]]
        # Of pairs with one answer, such as a title that many cite, the first stands for it.
        firsts: dict[str, int] = {}
        for row in rows.tolist():
            firsts.setdefault(pairs[row].answer, row)
        answers = np.array(list(firsts.values()), dtype=np.int64)
        held = vectors[[place[answer] for answer in firsts]]
        for start in range(0, len(rows), _LOT):
            lot = rows[start : start + _LOT]
            near = queries[start : start + _LOT] @ held.T
            depth = min(_DEPTH, len(answers))
            best = np.argpartition(-near, depth - 1, axis=1)[:, :depth]
            for at, row in enumerate(lot.tolist()):
                pair, cosines = pairs[row], near[at, best[at]]
                own = vectors[place[pair.answer]]
                fits = (cosines <= float(queries[start + at] @ own) - MARGIN) & (
                    held[best[at]] @ own < SAME
                )
                order = np.lexsort((best[at], -cosines))
                kept = [
                    int(answers[best[at, n]])
                    for n in order
                    if fits[n] and not pair.works & pairs[int(answers[best[at, n]])].works
                ]
                found[row, : len(kept[:MOST])] = kept[:MOST]
    return found


def encode_all(texts: Sequence[str], encoder: Encoder, progress: Progress) -> NDArray[np.float32]:
    """(n, dimension) float32 unit vectors of texts, which are best sorted by length."""
    vectors = np.empty((len(texts), encoder.dimension), dtype=np.float32)
    with progress.stage("Encoding for negatives", len(texts)) as stage:
        for start in range(0, len(texts), _TEXTS):
            lot = texts[start : start + _TEXTS]
            vectors[start : start + len(lot)] = encoder.encode(lot)
            stage.advance(len(lot))
    return vectors


def _by_length(text: str) -> tuple[int, str]:
    return len(text), text

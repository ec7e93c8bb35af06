"""What is made small: both ways in which the project ranks, and the distance to the old model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor

#: Factors of a cosine and of a late interaction before the softmax; the inverse temperature.
SCALE, LATE_SCALE = 20.0, 30.0


@dataclass(frozen=True, slots=True)
class Passed:
    """What one pass of a model gives for n texts.

    ``vectors``: (n, dimension) unit rows. ``tokens``: (n, t, dimension) unit rows of the tokens
    that carry meaning, ``kept``: (n, t) bool, which of them there are.
    """

    vectors: Tensor
    tokens: Tensor
    kept: Tensor


def contrast(scores: Tensor, allowed: Tensor) -> Tensor:
    """The mean negative logarithm of the softmax at the right answers (InfoNCE).

    van den Oord et al. 2018, Representation learning with contrastive predictive coding; in batches
    with answers of other queries as negatives: Henderson et al. 2017.

    Args:
        scores: (n, m) of n queries and m ≥ n texts; the answer of query i is text i.
        allowed: (n, m) bool, which texts a query is held against; its answer always.
    """
    import torch

    masked = scores.masked_fill(~allowed, float("-inf"))
    right = torch.arange(len(scores), device=scores.device)
    return torch.nn.functional.cross_entropy(masked, right)


def late_scores(queries: Passed, texts: Passed, mean: Tensor, projection: Tensor) -> Tensor:
    """(n, m) mean over the tokens of a query of their best match in a text.

    Khattab and Zaharia 2020, ColBERT; in the space of the token codes (``encode.token_codes``),
    without their quantisation.

    Args:
        queries: n of them.
        texts: m of them.
        mean: (dimension,) of the codec.
        projection: (k, dimension) of the codec.
    """
    import torch

    asked, held = (_projected(one.tokens, mean, projection) for one in (queries, texts))
    matches = torch.einsum("nqk,mtk->nmqt", asked, held)
    matches = matches.masked_fill(~texts.kept[None, :, None, :], -1.0).amax(dim=3)
    weights = queries.kept.to(matches.dtype)[:, None, :]
    return (matches * weights).sum(dim=2) / weights.sum(dim=2)


def distance(new: Tensor, old: Tensor) -> Tensor:
    """How far the model has gone: the mean of 1 − cosine of new and old vectors, unit rows."""
    return (1 - (new * old).sum(dim=1)).mean()


def _projected(tokens: Tensor, mean: Tensor, projection: Tensor) -> Tensor:
    import torch

    return torch.nn.functional.normalize((tokens - mean) @ projection.T, dim=-1)

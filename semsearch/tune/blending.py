"""How much of what was learned is taken over: between the old weights and the new.

Weights between those before and after tuning often do better than both, on what was trained and on
what was not (Wortsman et al. 2022, Robust fine-tuning of zero-shot models, WiSE-FT). The share is
chosen on the papers that were set aside, which are neither trained on nor asked about by the
evaluation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from semsearch.encode.token_codes import TokenCodec
from semsearch.evaluate.splits import digest_order
from semsearch.progress import Progress
from semsearch.tune.losses import Passed, late_scores
from semsearch.tune.pairs import LONG, Pair, rows_of_kind
from semsearch.tune.passes import device_of_choice, run

if TYPE_CHECKING:
    from torch import Tensor

#: Shares of the new weights that are tried; 0 is the old model.
SHARES: Final = (0.0, 0.25, 0.5, 0.75, 1.0)
#: Pairs of each kind that are asked, and that their answers are found among.
QUESTIONS: Final = 300
_QUERIES = 16  # held against all answers at once

#: The weights of a model by name.
Weights = Mapping[str, "Tensor"]


def blended(old: Weights, new: Weights, share: float) -> dict[str, Tensor]:
    """The weights at a share of the way from old to new."""
    return {
        name: (one * (1 - share) + new[name] * share if one.is_floating_point() else one)
        for name, one in old.items()
    }


def choose_share(
    model: Any,
    *,
    old: Weights,
    new: Weights,
    pairs: Sequence[Pair],
    codec: TokenCodec,
    progress: Progress,
) -> tuple[float, dict[float, float]]:
    """The share with the highest mean over the measures, and the mean of each share.

    Of shares with the same mean the least is taken. Leaves the model with the weights of the last
    share that was tried.

    Args:
        model: of sentence-transformers, that takes the weights.
        old: weights before tuning.
        new: weights after tuning.
        pairs: of the papers that are set aside; without any, all of the new weights are taken.
        codec: of the token vectors of the old model.
        progress: shows how far it is.
    """
    if not pairs:
        return 1.0, {}
    found: dict[float, float] = {}
    with progress.stage("Choosing a share", len(SHARES)) as stage:
        for share in SHARES:
            model.load_state_dict(blended(old, new, share))
            found[share] = round(float(np.mean(list(measured(model, pairs, codec).values()))), 4)
            stage.advance(1)
    return max(SHARES, key=lambda share: (found[share], -share)), found


def measured(model: Any, pairs: Sequence[Pair], codec: TokenCodec) -> dict[str, float]:
    """Mean of 1 / log2(1 + rank) of the answer of each pair, by kind, and by late interaction.

    This is nDCG with one right answer.
    """
    import torch

    device = device_of_choice()
    model.to(device).eval()
    mean, projection = (
        torch.from_numpy(np.ascontiguousarray(one)).to(device)
        for one in (codec.mean, codec.projection)
    )
    found: dict[str, float] = {}
    with torch.no_grad():
        for kind, rows in rows_of_kind(pairs).items():
            chosen = sorted((pairs[row] for row in rows), key=lambda one: digest_order(one.query))
            chosen = chosen[:QUESTIONS]
            answers = list(dict.fromkeys(one.answer for one in chosen))
            place = {answer: at for at, answer in enumerate(answers)}
            right = torch.tensor([place[one.answer] for one in chosen], device=device)
            asked = run(model, [one.query for one in chosen], device)
            held = run(model, answers, device)
            found[str(kind)] = _gain(asked.vectors @ held.vectors.T, right)
            if kind not in LONG:
                scores = [
                    late_scores(_part(asked, start), held, mean, projection)
                    for start in range(0, len(chosen), _QUERIES)
                ]
                found[f"{kind} late"] = _gain(torch.cat(scores), right)
    return found


def _gain(scores: Tensor, right: Tensor) -> float:
    own = scores.gather(1, right[:, None])
    ranks = (scores >= own).sum(dim=1)  # of equal ones the answer is the last
    return float((1 / (1 + ranks.double()).log2()).mean())


def _part(passed: Passed, start: int) -> Passed:
    end = start + _QUERIES
    return Passed(passed.vectors[start:end], passed.tokens[start:end], passed.kept[start:end])

"""The training itself: steps, and checkpoints from which it goes on as if nothing had happened."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from semsearch.encode.token_codes import TokenCodec
from semsearch.progress import Progress
from semsearch.tune.losses import LATE_SCALE, SCALE, Passed, contrast, distance, late_scores
from semsearch.tune.pairs import LONG
from semsearch.tune.passes import device_of_choice, run, trained_parameters
from semsearch.tune.plan import Batch, Batches, Plan

if TYPE_CHECKING:
    from torch import Tensor

#: Steps between two checkpoints: what a kill costs at most.
CHECKPOINT_STEPS = 50
_DECAY = 0.01  # of AdamW
_LARGEST_STEP = 1.0  # norm of the gradient


class Training:
    """Trains a sentence-transformers model in place.

    Dropout is left out: the distance to the old model keeps it from learning texts by heart, and
    nothing random is left beside the draws of ``Batches``.

    Args:
        model: of sentence-transformers.
        codec: of its token vectors.
        plan: how.
        batches: what each step sees.
        checkpoint: file that the state is kept in.
    """

    def __init__(
        self, model: Any, codec: TokenCodec, plan: Plan, batches: Batches, checkpoint: Path
    ) -> None:
        import torch

        self._plan, self._batches, self._checkpoint = plan, batches, checkpoint
        self._device = device_of_choice()
        self._model = model.to(self._device).eval()
        self._trained = trained_parameters(self._model, plan.layers)
        self._optimiser = torch.optim.AdamW(
            self._trained.values(), lr=plan.rate, weight_decay=_DECAY
        )
        self._codec = (self._tensor(codec.mean), self._tensor(codec.projection))
        self.step = 0
        self.losses: dict[str, list[float]] = {}
        if checkpoint.is_file():
            self._resume()

    def run(self, progress: Progress, *, stop: Callable[[int], bool] | None = None) -> None:
        """All steps that are left; leaves a checkpoint when interrupted.

        Args:
            progress: shows how far it is.
            stop: asked before each step whether to stop there, as an interruption would.
        """
        with progress.stage("Training", self._plan.steps) as stage:
            stage.advance(self.step)
            try:
                while self.step < self._plan.steps:
                    if stop is not None and stop(self.step):
                        raise KeyboardInterrupt
                    self._update(self._batches.at(self.step))
                    self.step += 1
                    stage.advance(1)
                    if self.step % CHECKPOINT_STEPS == 0 or self.step == self._plan.steps:
                        self._save()
            except KeyboardInterrupt:
                self._save()
                raise
        self._model.cpu()

    def _update(self, batch: Batch) -> None:
        import torch

        for group in self._optimiser.param_groups:
            group["lr"] = self._plan.rate_at(self.step)
        loss = self._loss(batch)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self._trained.values(), _LARGEST_STEP)
        self._optimiser.step()

    def _loss(self, batch: Batch) -> Tensor:
        import torch

        queries = run(self._model, batch.queries, self._device)
        texts = run(self._model, batch.texts, self._device)
        allowed = torch.from_numpy(batch.allowed).to(self._device)
        count = len(batch.queries)
        near = queries.vectors @ texts.vectors.T * SCALE
        parts = {
            "vectors": contrast(near, allowed),
            # The other way round: each answer is held against the other queries.
            "back": contrast(near[:, :count].T, allowed[:, :count].T),
        }
        if batch.kind not in LONG:
            late = late_scores(queries, texts, *self._codec) * LATE_SCALE
            parts["late"] = contrast(late, allowed)
        loss = torch.stack(list(parts.values())).mean()
        if self._plan.keep:
            old = self._tensor(batch.old)
            gone = distance(torch.cat([queries.vectors, texts.vectors]), old)
            parts["distance"] = gone
            loss = loss + self._plan.keep * gone
        for name, part in parts.items():
            self.losses.setdefault(f"{batch.kind} {name}", []).append(float(part.detach()))
        return loss

    def _save(self) -> None:
        import torch

        partial = self._checkpoint.with_suffix(".partial")
        state = {
            "step": self.step,
            "weights": {name: one.detach().cpu() for name, one in self._trained.items()},
            "optimiser": self._optimiser.state_dict(),
        }
        with partial.open("wb") as stream:
            torch.save(state, stream)
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(self._checkpoint)

    def _resume(self) -> None:
        import torch

        state = torch.load(self._checkpoint, map_location=self._device, weights_only=True)
        with torch.no_grad():
            for name, one in self._trained.items():
                one.copy_(state["weights"][name])
        self._optimiser.load_state_dict(state["optimiser"])
        self.step = state["step"]

    def _tensor(self, array: NDArray[np.float32]) -> Tensor:
        import torch

        return torch.from_numpy(np.ascontiguousarray(array)).to(self._device)


__all__ = ["CHECKPOINT_STEPS", "Passed", "Training"]

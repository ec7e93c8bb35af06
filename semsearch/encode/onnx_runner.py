"""Models that ONNX Runtime runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from semsearch.encode.converted import Result
from semsearch.encode.tokenizing import Padded


class OnnxRunner:
    """Runs a model in the ONNX form; every batch by all threads.

    Args:
        path: the model's .onnx.
        threads: threads in all; 0 takes every core.
    """

    def __init__(self, path: Path, *, threads: int) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3  # errors only
        self._session: Any = onnxruntime.InferenceSession(
            str(path), options, providers=["CPUExecutionProvider"]
        )

    def run(self, batch: Padded) -> Result:
        """The result of one batch."""
        layer, pooled = self._session.run(
            ["layer", "pooled"], {"input_ids": batch.ids, "attention_mask": batch.mask}
        )
        return layer, pooled

    def stream(self, batches: Iterable[Padded]) -> Iterator[Result]:
        """The results of many batches in order."""
        yield from map(self.run, batches)

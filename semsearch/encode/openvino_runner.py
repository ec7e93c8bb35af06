"""Models that OpenVINO runs."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from semsearch.encode.backends import Precision
from semsearch.encode.converted import Result
from semsearch.encode.openvino_library import silent
from semsearch.encode.tokenizing import Padded
from semsearch.errors import EncoderError


class OpenVinoRunner:
    """Runs a model in OpenVINO's form.

    It is compiled at the first use, and once more for many batches: one question wants all cores
    at once, many batches want one core each.

    Args:
        path: the model's .xml, with a .bin beside it.
        precision: bf16 computes in bfloat16; the others as the model says.
        threads: threads in all; 0 takes every core.
        compiled: folder where OpenVINO keeps compiled models; None to keep none.
    """

    def __init__(
        self, path: Path, *, precision: Precision, threads: int, compiled: Path | None
    ) -> None:
        openvino: Any = silent("openvino")
        self._path = path
        self._settings: dict[str, Any] = {
            # Pinned, several processes would all sit on the first core.
            "ENABLE_CPU_PINNING": False,
            "INFERENCE_PRECISION_HINT": "bf16" if precision is Precision.BFLOAT16 else "f32",
        }
        if compiled is not None:
            self._settings["CACHE_DIR"] = str(compiled)
        if threads:
            self._settings["INFERENCE_NUM_THREADS"] = threads
        self._core = openvino.Core()
        self._lock = threading.Lock()
        self._single: Any = None
        self._many: Any = None

    def run(self, batch: Padded) -> Result:
        """The result of one batch, by all cores."""
        with self._lock:
            if self._single is None:
                self._single = self._compile("LATENCY").create_infer_request()
            self._single.infer({0: batch.ids, 1: batch.mask})
            layer, pooled = (self._single.get_output_tensor(n).data for n in (0, 1))
            return layer.copy(), pooled.copy()

    def stream(self, batches: Iterable[Padded]) -> Iterator[Result]:
        """The results of many batches in order, each by one core; some run ahead."""
        with self._lock:
            if self._many is None:
                self._many = self._compile("THROUGHPUT")
        streams = self._many.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")
        free = [self._many.create_infer_request() for _ in range(streams + 1)]
        running: deque[Any] = deque()
        for batch in batches:
            if not free:
                done = running.popleft()
                yield _finished(done)
                free.append(done)
            request = free.pop()
            request.start_async({0: batch.ids, 1: batch.mask})
            running.append(request)
        while running:
            yield _finished(running.popleft())

    def _compile(self, hint: str) -> Any:
        if not self._path.is_file():
            raise EncoderError(f"{self._path} was deleted after it was opened; start again")
        return self._core.compile_model(
            str(self._path), "CPU", self._settings | {"PERFORMANCE_HINT": hint}
        )


def _finished(request: Any) -> Result:
    request.wait()
    return request.get_output_tensor(0).data, request.get_output_tensor(1).data

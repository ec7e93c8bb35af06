"""What the model costs and what the machine can: floating-point operations and measured peaks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from benchmarks.worker import timed

#: (m, k, n): the two matrices of the feed-forward layers of a MiniLM at 1,024 tokens, and a big one
#: that shows the peak.
SHAPES = ((1024, 384, 1536), (1024, 1536, 384), (2048, 2048, 2048))
_REPEATS = 10


def flops_of_token(folder: Path, tokens: float) -> float:
    """Operations of one token in a BERT-like encoder, a multiplication and an addition as two.

    Of each layer: four projections of the width h (query, key, value, output), two of the
    feed-forward part of the width i, and attention over ``tokens`` tokens, scores and sums.

    Args:
        folder: of the model, with ``config.json``.
        tokens: of a text, in the mean.
    """
    config = orjson.loads((folder / "config.json").read_bytes())
    h, i, layers = (
        config[name] for name in ("hidden_size", "intermediate_size", "num_hidden_layers")
    )
    return float(layers * (2 * (4 * h * h + 2 * h * i) + 4 * tokens * h))


class Gemm:
    """Products of matrices by one library in one precision; a round is each shape ten times.

    Args:
        library: torch, openvino or numpy.
        precision: fp32, bf16 or int8.
    """

    def __init__(self, *, library: str, precision: str) -> None:
        self._calls = list(_CALLS[library](precision))
        self._best = dict.fromkeys(SHAPES, 0.0)

    def round(self, number: int) -> Sequence[float]:
        """Multiply."""
        spent: list[float] = []
        for shape, call in zip(SHAPES, self._calls, strict=True):
            seconds = timed([call] * _REPEATS)
            m, k, n = shape
            self._best[shape] = max(self._best[shape], 2 * m * k * n / min(seconds) / 1e9)
            spent += seconds
        return spent

    def figures(self) -> dict[str, float]:
        """10⁹ operations a second: the best of each shape, and of all."""
        found = {f"{m}x{k}x{n}_gflops": best for (m, k, n), best in self._best.items()}
        return found | {"gflops": max(self._best.values())}


def _torch(precision: str) -> Iterator[Callable[[], Any]]:
    import torch

    for m, k, n in SHAPES:
        if precision == "int8":
            a = torch.randint(-127, 127, (m, k), dtype=torch.int8)
            b = torch.randint(-127, 127, (k, n), dtype=torch.int8)
            yield lambda a=a, b=b: torch._int_mm(a, b)  # type: ignore[misc]
        else:
            kind = {"fp32": torch.float32, "bf16": torch.bfloat16}[precision]
            one, two = torch.randn(m, k).to(kind), torch.randn(k, n).to(kind)
            yield lambda a=one, b=two: a @ b  # type: ignore[misc]


def _numpy(precision: str) -> Iterator[Callable[[], Any]]:
    if precision != "fp32":
        raise ValueError(f"numpy has no product of matrices in {precision}")
    random = np.random.default_rng(0)
    for m, k, n in SHAPES:
        a = random.standard_normal((m, k), dtype=np.float32)
        b = random.standard_normal((k, n), dtype=np.float32)
        yield lambda a=a, b=b: a @ b  # type: ignore[misc]


def _openvino(precision: str) -> Iterator[Callable[[], Any]]:
    from semsearch.encode.openvino_library import silent

    openvino: Any = silent("openvino")
    ops = openvino.opset13
    core = openvino.Core()
    random = np.random.default_rng(0)
    hint = {"fp32": "f32", "bf16": "bf16", "int8": "f32"}[precision]
    for m, k, n in SHAPES:
        given = ops.parameter([m, k], np.float32)
        weights = random.uniform(-1, 1, (k, n)).astype(np.float32)
        left, right = given, ops.constant(weights)
        if precision == "int8":  # fused by the library into a product of bytes
            left, right = (
                ops.fake_quantize(x, *(np.float32(edge) for edge in (-1, 1, -1, 1)), levels)
                for x, levels in ((given, 256), (right, 255))
            )
        model = openvino.Model([ops.matmul(left, right, False, False)], [given])
        compiled = core.compile_model(
            model, "CPU", {"INFERENCE_PRECISION_HINT": hint, "PERFORMANCE_HINT": "LATENCY"}
        )
        request = compiled.create_infer_request()
        request.set_input_tensor(openvino.Tensor(random.uniform(-1, 1, (m, k)).astype(np.float32)))
        yield request.infer


_CALLS: dict[str, Callable[[str], Iterator[Callable[[], Any]]]] = {
    "torch": _torch,
    "numpy": _numpy,
    "openvino": _openvino,
}
#: What is measured, in this order.
MEASURED = (
    ("numpy", "fp32"),
    ("torch", "fp32"),
    ("openvino", "fp32"),
    ("torch", "bf16"),
    ("openvino", "bf16"),
    ("torch", "int8"),
    ("openvino", "int8"),
)

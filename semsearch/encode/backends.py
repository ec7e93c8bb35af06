"""Back ends: what computes vectors, in which precision, and which of them this machine offers."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from semsearch.settings import Backend


class Library(StrEnum):
    """What runs a converted model."""

    OPENVINO = "openvino"
    ONNX = "onnxruntime"


#: File of a converted model.
MODEL_FILES: Mapping[Library, str] = {
    Library.OPENVINO: "model.xml",
    Library.ONNX: "model.onnx",
}


class Precision(StrEnum):
    """Of the products of matrices."""

    FLOAT32 = "f32"
    BFLOAT16 = "bf16"
    INT8 = "int8"


@dataclass(frozen=True, slots=True)
class Form:
    """A library and a precision."""

    library: Library
    precision: Precision

    def __str__(self) -> str:
        return f"{self.library}-{self.precision}"

    def lacks(self) -> str | None:
        """What this machine lacks for it, as the end of a sentence; None where nothing."""
        if find_spec(self.library) is None:
            return f"the package {self.library} is not installed"
        return None

    def lacks_for_conversion(self) -> str | None:
        """What is not installed for converting a model to it; None where nothing."""
        needed = {
            (Library.OPENVINO, Precision.INT8): ("nncf",),
            (Library.ONNX, Precision.FLOAT32): ("onnx",),
            (Library.ONNX, Precision.INT8): ("onnx",),
        }.get((self.library, self.precision), ())
        missing = [name for name in needed if find_spec(name) is None]
        return f"the package {missing[0]} is not installed" if missing else None


def candidates(backend: Backend) -> tuple[Form, ...]:
    """The forms that are tried for a back end, the wanted one first; empty for torch.

    bfloat16 needs instructions of its own, else float32 is computed. int8 is tried unasked where
    nncf is installed, which makes a model of this form, and the processor has AVX512-VNNI without
    AMX: there it is half as fast again as bfloat16, while with AMX the two are about the same.
    """
    features = processor_features()
    if features & {"avx512_bf16", "amx_bf16"}:
        plain = Form(Library.OPENVINO, Precision.BFLOAT16)
    else:
        plain = Form(Library.OPENVINO, Precision.FLOAT32)
    small = Form(Library.OPENVINO, Precision.INT8)
    if backend is Backend.AUTO:
        quicker = "avx512_vnni" in features and "amx_bf16" not in features
        return (small, plain) if quicker and find_spec("nncf") is not None else (plain,)
    return {
        Backend.TORCH: (),
        Backend.OPENVINO: (plain,),
        Backend.OPENVINO_INT8: (small, plain),
        Backend.ONNX: (Form(Library.ONNX, Precision.FLOAT32),),
        Backend.ONNX_INT8: (
            Form(Library.ONNX, Precision.INT8),
            Form(Library.ONNX, Precision.FLOAT32),
        ),
    }[backend]


def may_have_gpu() -> bool:
    """Whether the system has the driver of a GPU, found out without torch."""
    return Path("/dev/nvidiactl").exists() or Path("/dev/kfd").exists()


@cache
def processor_features() -> frozenset[str]:
    """Instruction sets by the names of Linux; empty where the system does not tell."""
    if platform.machine() not in {"x86_64", "AMD64"}:
        return frozenset()
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8", "replace").splitlines()
    except OSError:
        return frozenset()
    flags = next((line.partition(":")[2] for line in lines if line.startswith("flags")), "")
    return frozenset(flags.split())

"""What a benchmark ran on: processor, memory, load, versions; and how much memory a process has."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

#: Features of processors that decide how fast matrices are multiplied.
_FEATURES = ("avx2", "fma", "avx512f", "avx512_vnni", "avx512_bf16", "avx_vnni", "amx_bf16",
             "amx_int8", "asimd", "asimddp", "bf16", "i8mm", "sve")  # fmt: skip
_PACKAGES = ("semsearch", "numpy", "faiss-cpu", "torch", "sentence-transformers", "transformers",
             "openvino", "onnxruntime", "tokenizers", "txtai", "pymilvus", "milvus-lite", "bm25s",
             "orjson", "uvicorn", "fastapi")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A machine at the start of a run.

    ``cores``: that this process may use. ``memory``: bytes. ``load``: mean number of running
    processes over the last 1, 5 and 15 minutes; more than none beforehand means that others
    worked too.
    """

    processor: str
    features: tuple[str, ...]
    cores: int
    memory: int
    load: tuple[float, float, float]
    system: str
    python: str
    versions: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """Bytes that a process has in memory.

    ``peak``: most at any time, mapped files included. ``own``: now, without mapped files.
    ``mapped``: now, pages of mapped files, which the system may take back.
    """

    peak: int
    own: int
    mapped: int


def this_machine() -> Machine:
    """The machine that this process runs on, as Linux tells; fields are 'unknown' elsewhere."""
    model, flags = "unknown", set[str]()
    info = Path("/proc/cpuinfo")
    for line in info.read_text().splitlines() if info.is_file() else ():
        name, _, value = (part.strip() for part in line.partition(":"))
        if name in ("model name", "CPU implementer") and model == "unknown":
            model = value
        elif name in ("flags", "Features"):
            flags.update(value.split())
    return Machine(
        processor=f"{model} ({platform.machine()})",
        features=tuple(one for one in _FEATURES if one in flags),
        cores=len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1,
        memory=os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
        load=os.getloadavg(),
        system=f"{platform.system()} {platform.release()}",
        python=platform.python_version(),
        versions=versions(),
    )


def versions() -> dict[str, str]:
    """Versions of those packages that are installed and bear on the figures."""
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def memory_of(process: int | str = "self") -> Memory:
    """What a process has in memory, 0 where the system does not tell."""
    path = Path(f"/proc/{process}/status")
    held = {}
    for line in path.read_text().splitlines() if path.is_file() else ():
        name, _, value = line.partition(":")
        if value.endswith("kB"):
            held[name] = int(value.split()[0]) * 1024
    return Memory(
        peak=held.get("VmHWM", 0), own=held.get("RssAnon", 0), mapped=held.get("RssFile", 0)
    )


def bytes_of(path: Path) -> int:
    """Bytes of a file, or of all files of a folder."""
    if path.is_file():
        return path.stat().st_size
    return sum(one.stat().st_size for one in path.rglob("*") if one.is_file())

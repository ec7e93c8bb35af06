"""Whether the packages that are installed are those that this one asks for."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, requires, version
from typing import Final

from packaging.requirements import Requirement

from semsearch.doctor.finding import Finding, Level

#: Extras that users install, and what each is for.
EXTRAS: Final = {
    "int8": "models of 8 bits for OpenVINO",
    "onnx": "the back ends onnx and onnx-int8",
    "mcp": "tools for language models",
}


def check_packages(asked: Iterable[str] | None = None) -> Finding:
    """Every package that is needed, against the bounds of this one.

    Args:
        asked: requirements (PEP 508); None for those that semsearch was installed with.
    """
    found = _requirements() if asked is None else list(asked)
    if found is None:
        return Finding(
            "packages",
            Level.WARN,
            "semsearch is not installed as a package, so that versions cannot be compared",
            "install it with `pip install`",
        )
    needed = [one for one in map(Requirement, found) if _holds(one, None)]
    wrong = [said for one in needed if (said := _fault(one)) is not None]
    if not wrong:
        return Finding("packages", Level.OK, f"{len(needed)} packages are as they are asked for")
    return Finding(
        "packages", Level.FAIL, "; ".join(wrong), "install semsearch again with `pip install`"
    )


def check_extras(asked: Iterable[str] | None = None) -> Finding:
    """What may be installed beside; see ``check_packages``."""
    found = (_requirements() if asked is None else list(asked)) or []
    there, wrong = [], []
    for extra, purpose in EXTRAS.items():
        of_extra = [
            one for one in map(Requirement, found) if _holds(one, extra) and not _holds(one, None)
        ]
        faults = [said for one in of_extra if (said := _fault(one)) is not None]
        absent = [one for one in of_extra if _installed(one.name) is None]
        if not of_extra or len(absent) == len(of_extra):
            there.append(f"without {extra} ({purpose})")
        elif faults:
            wrong.append(f"{extra}: {', '.join(faults)}")
        else:
            there.append(f"with {extra}")
    if wrong:
        return Finding(
            "extras", Level.WARN, "; ".join(wrong), "install semsearch[EXTRA] again, or remove them"
        )
    return Finding("extras", Level.OK, ", ".join(there))


def _requirements() -> list[str] | None:
    try:
        return requires("semsearch")
    except PackageNotFoundError:
        return None


def _holds(requirement: Requirement, extra: str | None) -> bool:
    """Whether something is asked for on this machine, with an extra or without any."""
    return requirement.marker is None or requirement.marker.evaluate({"extra": extra or ""})


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _fault(requirement: Requirement) -> str | None:
    held = _installed(requirement.name)
    if held is None:
        return f"{requirement.name} is not installed, expected {requirement.specifier}"
    if not requirement.specifier.contains(held, prereleases=True):
        return f"{requirement.name} is {held}, expected {requirement.specifier}"
    return None

"""OpenVINO and NNCF, imported without their reports of use."""

from __future__ import annotations

import sys
import warnings
from importlib import import_module
from types import ModuleType
from typing import cast

# Where this package cannot be imported, both libraries leave reporting out. It would otherwise
# send an event over the network at the import of openvino.
_REPORTING = "openvino_telemetry"


def silent(name: str) -> ModuleType:
    """The module ``openvino`` or ``nncf``, which then reports to nobody."""
    if name in sys.modules:
        return sys.modules[name]
    modules = cast(dict[str, ModuleType | None], sys.modules)
    held = modules.get(_REPORTING)
    modules[_REPORTING] = None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on what the libraries themselves use
            return import_module(name)
    finally:
        if held is None:
            del modules[_REPORTING]
        else:
            modules[_REPORTING] = held

"""Commands as they are typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from semsearch import search as search_module
from semsearch.__main__ import main
from semsearch.index import build as build_module


class Outcome(NamedTuple):
    """The exit code of a command, and what it wrote."""

    code: int
    out: str
    err: str


@pytest.fixture
def run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, encoder: Any
) -> Callable[..., Outcome]:
    """Runs a command with its arguments, the model being ``encoder``."""
    for module in (search_module, build_module):
        monkeypatch.setattr(module, "load_encoder", lambda *_, **__: encoder)

    def call(*arguments: object) -> Outcome:
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as leaving:
            code = leaving.code if isinstance(leaving.code, int) else 0
        return Outcome(code, *capsys.readouterr())

    return call

"""What there is must be described: settings, routes and commands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import cast

import pytest
from typer.main import get_command

from semsearch.cli.commands import app as commands
from semsearch.search import Searcher
from semsearch.serve.app import API, create_app
from semsearch.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
OPERATING = (ROOT / "docs" / "operating.md").read_text("utf-8")
SETTINGS = [
    line
    for line in OPERATING.partition("## Settings")[2].partition("\n## ")[0].splitlines()
    if line.startswith("| `")
]
API_PAGE = (ROOT / "docs" / "api.md").read_text("utf-8")
PAGES = "\n".join(
    path.read_text("utf-8") for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
)


class Unopened:
    """Stands for an index where only the routes are asked for."""

    folder = Path()


@pytest.mark.parametrize("name", Settings.model_fields)
def test_setting_is_in_the_table_with_its_default(name: str) -> None:
    (row,) = (row for row in SETTINGS if f"`{name}`" in row.split("|")[1])
    names = re.findall(r"`(\w+)`", row.split("|")[1])
    default = Settings.model_fields[name].default
    if isinstance(default, int | float) and not isinstance(default, bool) and default:
        shown = row.split("|")[2].split(", ")
        told = ", ".join(shown) if len(names) == 1 else shown[names.index(name)]
        assert float(told.replace(",", "")) == default


def test_route_is_in_the_table_with_its_methods() -> None:
    told: dict[str, set[str]] = {}
    for line in API_PAGE.splitlines():
        if line.startswith(("| `GET`", "| `P", "| `D")):
            words = re.findall(r"`([^`]+)`", line.split("|")[1])
            methods = {word for word in words if word.isupper()}
            for path in words:
                if path.startswith("/"):
                    told.setdefault(path, set()).update(methods)
    paths = create_app(cast(Searcher, Unopened())).openapi()["paths"]
    there = {
        path.removeprefix(API): {method.upper() for method in methods}
        for path, methods in paths.items()
        if path.startswith(API)
    }
    assert told == there
    for path in paths:
        if path.count("/") == 1:
            assert f"`{path}`" in API_PAGE


def test_command_is_in_a_page() -> None:
    command = get_command(commands)
    for name in command.commands:  # type: ignore[attr-defined]
        assert re.search(rf"semsearch {name}\b|`{name}`", PAGES), name

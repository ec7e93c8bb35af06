"""CITATION.cff: whole, and at one with what the package says of itself."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
#: Of the Citation File Format 1.2.0: what a file must have, and what it may have beside that.
REQUIRED = {"cff-version", "message", "title", "authors"}
OPTIONAL = {
    "abstract", "commit", "contact", "date-released", "doi", "identifiers", "keywords", "license",
    "license-url", "preferred-citation", "references", "repository", "repository-artifact",
    "repository-code", "type", "url", "version",
}  # fmt: skip


@pytest.fixture(scope="module")
def cited() -> dict[str, Any]:
    found = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert isinstance(found, dict)
    return found


def test_keys_are_those_of_the_format(cited: dict[str, Any]) -> None:
    assert cited["cff-version"] == "1.2.0"
    assert set(cited) >= REQUIRED
    assert set(cited) <= REQUIRED | OPTIONAL
    assert cited["type"] == "software"
    for key in ("message", "title", "abstract", "version", "license"):
        assert isinstance(cited[key], str), key
        assert cited[key].strip(), key
    assert cited["authors"] == [{"name": "The semsearch authors"}]
    assert len(set(cited["keywords"])) == len(cited["keywords"])


def test_it_agrees_with_the_package(cited: dict[str, Any]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert cited["version"] == project["version"]
    assert cited["license"] == project["license"]
    assert cited["keywords"] == project["keywords"]
    assert cited["title"].startswith(f"{project['name']}:")

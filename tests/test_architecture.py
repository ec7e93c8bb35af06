"""The structure that the design asks for, held by tests."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import semsearch

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "semsearch"
MODULES = sorted(PACKAGE.rglob("*.py"))
HEAVY = ("torch", "sentence_transformers", "faiss", "fastapi", "transformers", "mcp")


@pytest.mark.parametrize(
    "code",
    [
        "import semsearch",
        "import semsearch.cli.commands",
        "from semsearch.__main__ import main; main(['--help'])",
        "from semsearch.__main__ import main; main(['ask', '--help'])",
        "from semsearch.__main__ import main; main(['build', '--help'])",
        "from semsearch.__main__ import main; main(['mcp', '--help'])",
        "from semsearch.__main__ import main; main(['backup', '--help'])",
        "from semsearch.__main__ import main; main(['import-store', '--help'])",
        "from semsearch.__main__ import main; main(['doctor', '--help'])",
        "from semsearch.__main__ import main; main(['eval', 'scifact', '--help'])",
        "from semsearch.__main__ import main; main(['tune', '--help'])",
    ],
)
def test_import_and_help_load_nothing_heavy(code: str) -> None:
    probe = (
        "import sys\ntry:\n    exec(sys.argv[1])\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", probe, code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.splitlines()[-1] == "[]"


def test_every_public_name_exists() -> None:
    assert sorted(set(semsearch.__all__)) == sorted(semsearch.__all__)
    for name in semsearch.__all__:
        assert getattr(semsearch, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        semsearch.nonsense  # noqa: B018 - the access is what is tested


def test_no_public_name_is_that_of_a_package_which_would_take_its_place() -> None:
    packages = {path.name.removesuffix(".py") for path in PACKAGE.iterdir()}
    assert packages.isdisjoint(semsearch.__all__)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_are_short_documented_and_well_named(path: Path) -> None:
    source = path.read_text("utf-8")
    assert len(source.splitlines()) <= 500
    assert ast.get_docstring(ast.parse(source)), f"{path} says not what it is"
    assert path.stem not in {"utils", "util", "core", "common", "helpers", "misc", "manager"}


def test_top_level_holds_only_what_belongs_there() -> None:
    allowed = {
        "semsearch", "index", "tests", "scripts", "docs", "pyproject.toml", "README.md",
        "CHANGELOG.md", "CITATION.cff", "LICENSE", "constraints.txt", "build", "dist",
    }  # fmt: skip
    found = {
        path.name
        for path in ROOT.iterdir()
        if not path.name.startswith(".") and not path.name.endswith(".egg-info")
    }
    assert found <= allowed

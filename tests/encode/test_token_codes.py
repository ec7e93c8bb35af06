"""Token vectors in few bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from semsearch.encode.encoder import Encoded, Encoder
from semsearch.encode.loading import load_encoder
from semsearch.encode.token_codes import (
    TokenCodec,
    calibration_sentences,
    codec_from_array,
    fit_codec,
)
from semsearch.settings import Backend


@pytest.fixture(scope="module")
def model() -> Encoder:
    return load_encoder(backend=Backend.TORCH)


@pytest.fixture(scope="module")
def codec(model: Encoder) -> TokenCodec:
    found = fit_codec(model)
    assert found is not None
    return found


def some_codec(bits: int) -> TokenCodec:
    random = np.random.default_rng(0)
    turned = np.linalg.qr(random.normal(size=(32, 32)))[0][:16]
    return TokenCodec(np.zeros(32, np.float32), turned.astype(np.float32), bits)


def test_tokens_are_words_that_mean_something(model: Encoder) -> None:
    text = "Does the EMT, in part, induce IL-6?"
    tokens = model.encode_tokens([text]).tokens
    assert tokens is not None
    pieces = [text[start:end] for start, end in tokens[0].spans]
    assert "".join(pieces) == "EMTpartinduceIL6"
    assert tokens[0].vectors.shape == (len(pieces), 384)


def test_negation_is_kept_and_a_text_of_stop_words_keeps_them(
    model: Encoder,
) -> None:
    texts = ["it is not so", "is it the one of them", "?!"]
    tokens = model.encode_tokens(texts).tokens
    assert tokens is not None
    pieces = [[t[a:b] for a, b in f.spans] for t, f in zip(texts, tokens, strict=True)]
    assert "not" in pieces[0]
    assert "is" not in pieces[0]
    assert pieces[2] == ["?", "!"]
    assert all(pieces)


def test_vectors_of_texts_are_those_of_encode(model: Encoder) -> None:
    texts = ["EMT induces IL-6.", "Glaciers melt."]
    assert np.abs(model.encode_tokens(texts).vectors - model.encode(texts)).max() < 1e-5


def test_fitting_twice_gives_the_same_codec(model: Encoder, codec: TokenCodec) -> None:
    again = fit_codec(model)
    assert again is not None
    assert again.as_array().tobytes() == codec.as_array().tobytes()


def test_codes_keep_the_direction_of_projected_vectors(model: Encoder, codec: TokenCodec) -> None:
    tokens = model.encode_tokens(["Interleukin-6 is secreted by mesenchymal cells."]).tokens
    assert tokens is not None
    projected = codec.project(tokens[0].vectors)
    decoded = codec.decode(codec.encode(tokens[0].vectors))
    assert (projected * decoded).sum(axis=1).min() > 0.98
    assert codec.code_bytes == 32


def test_codec_comes_back_from_its_array(codec: TokenCodec) -> None:
    again = codec_from_array(codec.as_array(), codec.bits)
    assert (again.mean == codec.mean).all()
    assert (again.projection == codec.projection).all()
    with pytest.raises(ValueError, match="multiple of 8 rows"):
        codec_from_array(codec.as_array()[:-1], codec.bits)


@pytest.mark.parametrize("bits", [1, 2, 4])
@given(data=st.data())
def test_any_bytes_are_codes_that_are_kept(bits: int, data: Any) -> None:
    codec = some_codec(bits)
    raw = data.draw(st.binary(min_size=codec.code_bytes, max_size=codec.code_bytes))
    codes = np.frombuffer(raw, dtype=np.uint8)[None]
    vector = codec.decode(codes)
    assert np.abs(np.linalg.norm(vector, axis=1) - 1).max() < 1e-5
    assert (codec.encode_projected(vector * _length(codec, codes)) == codes).all()


def _length(codec: TokenCodec, codes: NDArray[np.uint8]) -> float:
    """Of the vector of levels before it was made unit."""
    return float(np.linalg.norm(codec._levels[codes].astype(np.float64)))


def test_model_without_token_vectors_has_no_codec(encoder: Any) -> None:
    plain = encoder.encode
    encoder.encode_tokens = lambda texts: Encoded(plain(texts), None)
    assert fit_codec(encoder) is None


def test_calibration_sentences_are_many_and_each_once() -> None:
    found = calibration_sentences()
    assert len(found) == len(set(found)) > 400

"""Cross-encoders through sentence-transformers: one in place of a model, and a tiny real one."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sentence_transformers

from semsearch.encode.cross_encoder import CrossEncoder, load_cross_encoder
from semsearch.encode.loading import load_encoder
from semsearch.errors import EncoderError
from semsearch.settings import Backend


class Counted:
    """Stands for ``sentence_transformers.CrossEncoder``: the score is the count of shared words."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.calls: list[list[tuple[str, str]]] = []
        self.held: threading.Lock | None = None  # must be held by who calls

    def predict(self, pairs: list[tuple[str, str]], **_: object) -> Any:
        assert self.held is None or self.held.locked()
        self.calls.append(pairs)
        return [[len(set(one.split()) & set(other.split()))] for one, other in pairs]


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sentence_transformers, "CrossEncoder", Counted)


@pytest.mark.usefixtures("counted")
def test_each_text_is_scored_with_the_query() -> None:
    model = load_cross_encoder("some/name")
    scores = model.scores("EMT induces IL-6", ["IL-6 is induced", "EMT induces IL-6", "rice"])
    assert scores.dtype == np.float64
    assert scores.tolist() == [1, 3, 0]
    assert model.name == "some/name"


@pytest.mark.usefixtures("counted")
def test_model_with_several_scores_for_a_text_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    model = CrossEncoder("some/name")
    monkeypatch.setattr(model._model, "predict", lambda pairs, **_: np.ones((len(pairs), 3)))
    with pytest.raises(EncoderError, match=r"shape \(2, 3\) for 2 texts, expected one score"):
        model.scores("EMT", ["IL-6", "rice"])


@pytest.mark.usefixtures("counted")
def test_no_text_gives_no_score_and_no_call() -> None:
    model = CrossEncoder("some/name")
    assert model.scores("EMT", []).shape == (0,)
    assert model._model.calls == []


@pytest.mark.usefixtures("counted")
def test_threads_take_turns() -> None:
    model = CrossEncoder("some/name")
    model._model.held = model._lock
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: model.scores("a b", ["a"] * n).tolist(), range(1, 20)))
    assert found == [[1.0] * n for n in range(1, 20)]


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (RuntimeError("no such model\nsecond line"), "no such model"),
        (OSError(), "no reason given"),
        (KeyError("weights"), "'weights'"),
    ],
)
def test_name_that_cannot_be_loaded_gives_one_sentence(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def fail(name: str) -> None:
        raise error

    monkeypatch.setattr(sentence_transformers, "CrossEncoder", fail)
    with pytest.raises(EncoderError) as refused:
        load_cross_encoder("some/name")
    assert str(refused.value) == (
        "the cross-encoder 'some/name' cannot be loaded, expected a name or folder of a"
        f" sentence-transformers cross-encoder: {reason}"
    )


def test_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderError, match=r"the cross-encoder '.*nowhere' cannot be loaded"):
        load_cross_encoder(str(tmp_path / "nowhere"))


def tiny(folder: Path) -> Path:
    """A cross-encoder of random weights, saved as sentence-transformers saves one."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification

    encoder: Any = load_encoder(backend=Backend.TORCH)
    tokenizer = encoder.model.tokenizer
    torch.manual_seed(0)
    shape: dict[str, Any] = {
        "vocab_size": len(tokenizer),
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 16,
        "max_position_embeddings": 64,
        "num_labels": 1,
    }
    config = BertConfig(**shape)
    BertForSequenceClassification(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def test_model_of_a_folder_scores_alike_whatever_stands_beside(tmp_path: Path) -> None:
    model = load_cross_encoder(str(tiny(tmp_path / "model")))
    texts: Sequence[str] = ["EMT induces IL-6.", "Rice grows.", "IL-6 " * 200]
    together = model.scores("does EMT induce IL-6", texts)
    assert together.shape == (3,)
    assert np.isfinite(together).all()
    alone = [float(model.scores("does EMT induce IL-6", [text])[0]) for text in texts]
    assert np.abs(together - alone).max() < 1e-5
    assert len(set(alone)) == 3

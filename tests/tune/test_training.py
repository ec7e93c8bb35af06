"""The training: its losses against plain loops, what it leaves as it was, and interruptions."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from semsearch.encode.encoder import Encoder
from semsearch.encode.loading import load_encoder
from semsearch.encode.token_codes import TokenCodec, fit_codec
from semsearch.errors import EncoderError, UsageError
from semsearch.progress import Quiet
from semsearch.search import Searcher
from semsearch.settings import Backend
from semsearch.tune.blending import blended, choose_share
from semsearch.tune.negatives import encode_all, texts_of
from semsearch.tune.pairs import Pairs, collect_pairs
from semsearch.tune.passes import check_tunable, run
from semsearch.tune.plan import Batches, Plan
from semsearch.tune.training import Training
from semsearch.tune.tuning import load_reference

torch = pytest.importorskip("torch")
TEXTS = ["EMT induces IL-6.", "Glaciers melt faster than before, and rivers swell.", "Rice"]


@pytest.fixture(scope="module")
def pairs(searcher: Searcher) -> Pairs:
    return collect_pairs(searcher)


@pytest.fixture(scope="module")
def reference(tiny: Path) -> Encoder:
    return load_encoder(str(tiny), backend=Backend.TORCH)


@pytest.fixture(scope="module")
def codec(reference: Encoder) -> TokenCodec:
    found = fit_codec(reference)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def vectors(pairs: Pairs, reference: Encoder) -> Any:
    return encode_all(texts_of(pairs.training), reference, Quiet())


@pytest.fixture
def trained(
    tiny: Path, pairs: Pairs, codec: TokenCodec, vectors: Any, tmp_path: Path
) -> Callable[..., dict[str, Any]]:
    """The weights after training the tiny model; ``stops`` are steps at which it is interrupted."""

    def weights(
        name: str, plan: Plan, *, stops: tuple[int, ...] = (), damage: bool = False
    ) -> dict[str, Any]:
        for stop in (*stops, None):
            # Each time everything is loaded anew, as another process would.
            model = load_reference(str(tiny)).model
            batches = Batches(plan, pairs.training, vectors)
            training = Training(model, codec, plan, batches, tmp_path / f"{name}.pt")
            if stop is None:
                training.run(Quiet())
                assert training.step == plan.steps
                return {key: one.clone() for key, one in model.state_dict().items()}
            with pytest.raises(KeyboardInterrupt):
                training.run(Quiet(), stop=stop.__eq__)
        raise AssertionError

    return weights


def test_pass_gives_what_the_encoder_gives(reference: Any) -> None:
    with torch.no_grad():
        found = run(reference.model.eval(), TEXTS, torch.device("cpu"))
    wanted = reference.encode_tokens(TEXTS)
    # The processor may compute in bfloat16.
    assert np.abs(found.vectors.numpy() - wanted.vectors).max() < 0.03
    for row, tokens in enumerate(wanted.tokens):
        kept = found.tokens[row][found.kept[row]].numpy()
        unit = tokens.vectors / np.linalg.norm(tokens.vectors, axis=1, keepdims=True)
        assert kept.shape == unit.shape
        assert np.abs(kept - unit).max() < 0.1


def test_late_interaction_is_that_of_a_loop(reference: Any, codec: TokenCodec) -> None:
    from semsearch.tune.losses import late_scores

    with torch.no_grad():
        found = run(reference.model.eval(), TEXTS, torch.device("cpu"))
        mean, projection = (torch.from_numpy(one) for one in (codec.mean, codec.projection))
        scores = late_scores(found, found, mean, projection).numpy()
    rows = [codec.project(found.tokens[n][found.kept[n]].numpy()) for n in range(len(TEXTS))]
    for one, query in enumerate(rows):
        for other, text in enumerate(rows):
            wanted = (query @ text.T).max(axis=1).mean()
            assert scores[one, other] == pytest.approx(wanted, abs=1e-4)


def test_contrast_is_the_softmax_over_what_is_allowed() -> None:
    from semsearch.tune.losses import contrast

    scores = torch.tensor([[2.0, 1.0, 5.0], [0.5, 1.5, 0.0]])
    allowed = torch.tensor([[True, True, False], [True, True, True]])
    first = np.exp(2) / (np.exp(2) + np.exp(1))
    second = np.exp(1.5) / (np.exp(0.5) + np.exp(1.5) + 1)
    wanted = -(np.log(first) + np.log(second)) / 2
    assert float(contrast(scores, allowed)) == pytest.approx(wanted, rel=1e-6)


def test_interrupted_training_gives_the_same_weights(
    trained: Callable[..., dict[str, Any]],
) -> None:
    plan = Plan(steps=6, batch=8, rate=0.001, seed=2)
    whole = trained("whole", plan)
    again = trained("stopped", plan, stops=(0, 2, 5))
    assert all(torch.equal(whole[name], again[name]) for name in whole)
    other = trained("other", Plan(steps=6, batch=8, rate=0.001, seed=3))
    assert any(not torch.equal(whole[name], other[name]) for name in whole)


def test_embeddings_and_lower_layers_stay(
    tiny: Path, trained: Callable[..., dict[str, Any]]
) -> None:
    before = load_reference(str(tiny)).model.state_dict()
    every = trained("every", Plan(steps=2, batch=4, rate=0.01))
    last = trained("last", Plan(steps=2, batch=4, rate=0.01, layers=1))

    def changed(weights: dict[str, Any]) -> set[str]:
        return {name for name in weights if not torch.equal(weights[name], before[name])}

    assert {"layer.0", "layer.1"} == {
        layer for layer in ("layer.0", "layer.1") for name in changed(every) if layer in name
    }
    assert not any("embeddings" in name for name in changed(every))
    assert changed(last)
    assert all("layer.1" in name for name in changed(last))


def test_weight_of_the_distance_keeps_vectors_near(
    trained: Callable[..., dict[str, Any]], tiny: Path, reference: Encoder
) -> None:
    old = reference.encode(TEXTS)

    def near(weights: dict[str, Any]) -> float:
        encoder = load_reference(str(tiny))
        encoder.model.load_state_dict(weights)
        return float((encoder.encode(TEXTS) * old).sum(axis=1).mean())

    free = trained("free", Plan(steps=12, batch=8, rate=0.003, keep=0))
    held = trained("held", Plan(steps=12, batch=8, rate=0.003, keep=1000))
    assert near(held) > near(free)


def test_share_is_chosen_by_the_pairs_set_aside(
    reference: Any, pairs: Pairs, codec: TokenCodec, tiny: Path
) -> None:
    model = load_reference(str(tiny)).model
    old = {name: one.clone() for name, one in model.state_dict().items()}
    broken = {
        name: torch.zeros_like(one) if one.is_floating_point() else one for name, one in old.items()
    }
    half = blended(old, broken, 0.5)
    name = next(name for name, one in old.items() if one.is_floating_point())
    assert torch.allclose(half[name], old[name] / 2)
    aside = pairs.validation or pairs.training[:200]
    share, tried = choose_share(
        model, old=old, new=broken, pairs=aside, codec=codec, progress=Quiet()
    )
    assert share < 1  # without weights every text is the same
    assert tried[share] == max(tried.values())
    assert choose_share(model, old=old, new=broken, pairs=(), codec=codec, progress=Quiet()) == (
        1.0,
        {},
    )


def test_model_that_cannot_be_tuned_is_refused(reference: Any) -> None:
    class Bare:
        tokenizer = "no function"

    with pytest.raises(EncoderError, match="'bare' cannot be tuned, expected a transformer"):
        check_tunable(Bare(), "bare", None)
    with pytest.raises(UsageError, match="layers is 3, and the model 'tiny' has 2"):
        check_tunable(reference.model, "tiny", 3)

"""Back ends: the contract of every one that is installed, and what happens where one cannot be."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from semsearch.encode import backends, known_models, loading, model_cache
from semsearch.encode.backends import Form, Library, Precision, candidates
from semsearch.encode.encoder import Encoder, Likeness
from semsearch.encode.loading import load_encoder
from semsearch.encode.sources import local_folder
from semsearch.errors import EncoderError
from semsearch.settings import Backend

TEXTS = [
    "EMT induces IL-6.",
    "The induction of interleukin-6 does not depend on TGF-β in these cells.",
    "Glaciers melt faster than before, and rivers swell.",
    "a",
]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("model-cache")


@pytest.fixture(scope="session")
def reference(tiny: Path) -> Encoder:
    return load_encoder(str(tiny), backend=Backend.TORCH)


@pytest.fixture(
    scope="session",
    params=[
        Form(Library.OPENVINO, Precision.FLOAT32),
        Form(Library.OPENVINO, Precision.BFLOAT16),
        Form(Library.OPENVINO, Precision.INT8),
        Form(Library.ONNX, Precision.FLOAT32),
        Form(Library.ONNX, Precision.INT8),
    ],
    ids=str,
)
def converted(request: pytest.FixtureRequest, tiny: Path, cache: Path) -> Encoder:
    """The tiny model in each form that can be made here, however near to the reference."""
    form: Form = request.param
    lacks = form.lacks() or form.lacks_for_conversion()
    if lacks is not None:
        pytest.skip(lacks)
    if form.precision is Precision.BFLOAT16 and form not in candidates(Backend.OPENVINO):
        pytest.skip("the processor has no bfloat16")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "candidates", lambda _: (form,))
        patch.setattr(Likeness, "falls_short", lambda _: None)
        found = load_encoder(str(tiny), cache=cache)
    assert found.backend == str(form)
    return found


def test_converted_model_gives_what_the_reference_gives(
    converted: Encoder, reference: Encoder
) -> None:
    found, wanted = converted.encode_tokens(TEXTS), reference.encode_tokens(TEXTS)
    assert found.vectors.shape == wanted.vectors.shape == (4, converted.dimension)
    exact = converted.backend.endswith(Precision.FLOAT32)
    least = 0.99999 if exact else 0.97
    assert (found.vectors * wanted.vectors).sum(axis=1).min() > least
    assert found.tokens is not None
    assert wanted.tokens is not None
    for one, other in zip(found.tokens, wanted.tokens, strict=True):
        assert one.spans.dtype == np.int32
        assert one.spans.tolist() == other.spans.tolist()
        assert one.vectors.shape == other.vectors.shape
        if exact:
            assert np.abs(one.vectors - other.vectors).max() < 1e-4
    assert (converted.digest, converted.dimension) == (reference.digest, reference.dimension)
    assert converted.token_counts(["EMT", "word " * 99]) == [4, 48]


def test_rows_are_unit_and_contiguous_and_the_same_each_time(converted: Encoder) -> None:
    vectors = converted.encode(TEXTS)
    assert vectors.dtype == np.float32
    assert vectors.flags.c_contiguous
    assert np.abs(np.linalg.norm(vectors, axis=1) - 1).max() < 1e-5
    assert vectors.tobytes() == converted.encode(TEXTS).tobytes()
    assert converted.encode([]).shape == (0, converted.dimension)
    assert converted.encode_tokens([]).tokens == ()


def test_vector_hardly_depends_on_its_batch(converted: Encoder) -> None:
    together = converted.encode([*TEXTS, "a long text " * 12])[:4]
    alone = np.vstack([converted.encode([text]) for text in TEXTS])
    if converted.backend.endswith(Precision.FLOAT32):
        assert np.abs(together - alone).max() < 1e-5
    assert (together * alone).sum(axis=1).min() > 0.999 - 0.05 * (
        "onnxruntime-int8" in converted.backend
    )


def test_batches_come_in_order_with_the_vectors_of_their_texts(converted: Encoder) -> None:
    batches = [[f"{text} {number}" for text in TEXTS] for number in range(9)]
    for texts, found in zip(batches, converted.encode_batches(batches), strict=True):
        assert (found.vectors * converted.encode(texts)).sum(axis=1).min() > 0.999
        assert found.tokens is not None
        assert [len(one.vectors) > 0 for one in found.tokens] == [True] * 4


def test_threads_may_share_the_model(converted: Encoder) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: converted.encode(TEXTS).tobytes(), range(12)))
    assert len(set(answers)) == 1


@pytest.fixture
def plain(monkeypatch: pytest.MonkeyPatch) -> Form:
    """OpenVINO in float32, whatever the processor has."""
    form = Form(Library.OPENVINO, Precision.FLOAT32)
    if form.lacks() is not None:
        pytest.skip("openvino is not installed")
    monkeypatch.setattr(loading, "candidates", lambda _: (form,))
    return form


@pytest.fixture
def own_cache(tiny: Path, cache: Path, tmp_path: Path, plain: Form) -> Path:
    """A cache that holds the tiny model in the form ``plain``."""
    assert load_encoder(str(tiny), cache=cache).backend == str(plain)
    return shutil.copytree(cache, tmp_path / "cache")


def entry_of(cache: Path) -> Path:
    (found,) = (one for one in cache.iterdir() if "openvino-f32" in one.name and one.is_dir())
    return found


@pytest.fixture
def no_conversion(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise AssertionError("converted again")

    monkeypatch.setattr(model_cache.ModelCache, "made", fail)


@pytest.mark.usefixtures("no_conversion")
def test_converted_model_is_opened_again(tiny: Path, own_cache: Path, plain: Form) -> None:
    found = load_encoder(str(tiny), cache=own_cache)
    assert found.backend == str(plain)
    assert found.likeness is not None
    assert found.likeness.falls_short() is None


@pytest.mark.usefixtures("no_conversion")
def test_touched_files_of_a_model_are_read_again_and_known(tiny: Path, own_cache: Path) -> None:
    (tiny / "config.json").touch()
    assert load_encoder(str(tiny), cache=own_cache).backend != "torch"


def test_digest_that_was_kept_under_another_scheme_is_made_again(
    tiny: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert known_models.read_known(own_cache, tiny) is not None
    monkeypatch.setattr(known_models, "DIGEST_SCHEME", known_models.DIGEST_SCHEME + 1)
    assert known_models.read_known(own_cache, tiny) is None


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("1_Pooling/config.json", '"mean"', '"cls"'),
        ("config.json", '"hidden_act": "gelu"', '"hidden_act": "relu"'),
    ],
    ids=["pooling", "activation"],
)
def test_changed_model_is_another_one(
    tiny: Path, own_cache: Path, tmp_path: Path, file: str, old: str, new: str
) -> None:
    folder = shutil.copytree(tiny, tmp_path / "copy")
    first = load_encoder(str(folder), cache=own_cache)
    changed = folder / file
    assert old in changed.read_text()
    changed.write_text(changed.read_text().replace(old, new))
    other = load_encoder(str(folder), cache=own_cache)
    assert other.digest != first.digest
    assert np.abs(other.encode(TEXTS) - first.encode(TEXTS)).max() > 1e-4


def cut(entry: Path) -> None:
    weights = entry / "model.bin"
    weights.write_bytes(weights.read_bytes()[:-100])


def scramble(entry: Path) -> None:
    weights = entry / "model.bin"
    weights.write_bytes(bytes(len(weights.read_bytes())))
    shutil.rmtree(entry / "compiled", ignore_errors=True)


@pytest.mark.parametrize(
    "damage",
    [
        cut,
        scramble,
        lambda entry: (entry / "record.json").unlink(),
        lambda entry: (entry / "record.json").write_text("{"),
        lambda entry: (entry / "tokenizer.json").unlink(),
    ],
    ids=["cut", "zeros", "no record", "broken record", "no tokenizer"],
)
def test_damaged_conversion_is_made_again(
    tiny: Path, own_cache: Path, plain: Form, damage: Callable[[Path], object], reference: Encoder
) -> None:
    damage(entry_of(own_cache))
    found = load_encoder(str(tiny), cache=own_cache)
    assert found.backend == str(plain)
    assert np.abs(found.encode(TEXTS) - reference.encode(TEXTS)).max() < 1e-4
    assert not list(own_cache.glob("*.partial*"))


@pytest.mark.usefixtures("plain")
def test_conversion_that_is_cut_off_leaves_nothing_that_is_taken_for_one(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from semsearch.encode import conversion

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(conversion, "convert", interrupted)
        with pytest.raises(KeyboardInterrupt):
            load_encoder(str(tiny), cache=tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == ["known"]
    assert load_encoder(str(tiny), cache=tmp_path).backend != "torch"


def test_processes_that_convert_at_once_make_one_conversion(
    tiny: Path, own_cache: Path, plain: Form
) -> None:
    cut(entry_of(own_cache))
    program = (
        "import logging, sys; from pathlib import Path; logging.basicConfig(level='INFO');"
        "from semsearch.encode import loading; from semsearch.encode.backends import Form;"
        f"form = Form({plain.library.value!r}, {plain.precision.value!r});"
        "loading.candidates = lambda _: (form,);"
        "print(loading.load_encoder(sys.argv[1], cache=Path(sys.argv[2])).backend)"
    )
    command = [sys.executable, "-c", program, str(tiny), str(own_cache)]
    running = [
        subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        for _ in range(3)
    ]
    told = [process.communicate(timeout=120) for process in running]
    assert [out for out, _ in told] == [f"{plain}\n"] * 3, told
    assert not list(own_cache.glob("*.partial*"))
    assert entry_of(own_cache).is_dir()


@pytest.mark.usefixtures("plain")
def test_conversion_that_failed_is_tried_again_with_other_libraries(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    from semsearch.encode import conversion

    def failing(*_: object) -> None:
        raise ImportError("a part of it is missing")

    with monkeypatch.context() as patch:
        patch.setattr(conversion, "convert", failing)
        assert load_encoder(str(tiny), cache=tmp_path).backend == "torch"
    assert load_encoder(str(tiny), cache=tmp_path).backend == "torch"
    assert f"a part of it is missing (kept in {tmp_path}" in caplog.text
    monkeypatch.setattr(model_cache, "converters", lambda: "others")
    assert load_encoder(str(tiny), cache=tmp_path).backend != "torch"


def test_cache_that_is_deleted_under_an_encoder_is_said(tiny: Path, own_cache: Path) -> None:
    found = load_encoder(str(tiny), cache=own_cache)
    shutil.rmtree(own_cache)
    with pytest.raises(EncoderError, match=r"model\.xml was deleted after it was opened"):
        list(found.encode_batches([TEXTS]))


@pytest.mark.usefixtures("plain")
def test_unlike_model_is_refused_with_a_sentence_and_not_tried_again(
    tiny: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlike = Likeness(sentences=9, cosine_mean=0.99, cosine_min=0.99, overlap=1, tokens=1)
    monkeypatch.setattr("semsearch.encode.acceptance.likeness", lambda *_, **__: unlike)
    assert load_encoder(str(tiny), cache=tmp_path).backend == "torch"
    said = "openvino-f32: mean cosine to the reference is 0.9900, at least 0.995 is asked for"
    assert said in caplog.text
    caplog.clear()
    monkeypatch.undo()
    monkeypatch.setattr(
        loading, "candidates", lambda _: (Form(Library.OPENVINO, Precision("f32")),)
    )
    assert load_encoder(str(tiny), cache=tmp_path).backend == "torch"
    assert said in caplog.text


@pytest.mark.parametrize(
    ("figure", "least"),
    [("cosine_mean", 0.995), ("cosine_min", 0.98), ("overlap", 0.93), ("tokens", 0.98)],
)
def test_each_figure_has_a_least(figure: str, least: float) -> None:
    figures: dict[str, Any] = {"cosine_mean": 1, "cosine_min": 1, "overlap": 1, "tokens": 1}
    assert Likeness(sentences=1, **figures | {figure: least}).falls_short() is None
    short = Likeness(sentences=1, **figures | {figure: least - 0.001}).falls_short()
    assert short is not None
    assert f"at least {least}" in short
    assert Likeness(sentences=1, **figures | {figure: float("nan")}).falls_short() is not None


def test_model_of_other_modules_runs_with_torch(
    tmp_path: Path,
    plain: Form,
    caplog: pytest.LogCaptureFixture,
    save_tiny: Callable[..., Path],
) -> None:
    folder = save_tiny(tmp_path / "model", pooling="max")
    for _ in range(2):
        caplog.clear()
        found = load_encoder(str(folder), cache=tmp_path / "cache")
        assert found.backend == "torch"
        assert "cannot be converted: its pooling is max; it runs with torch" in caplog.text


def test_first_token_may_stand_for_the_text(
    tmp_path: Path,
    plain: Form,
    monkeypatch: pytest.MonkeyPatch,
    save_tiny: Callable[..., Path],
) -> None:
    # With random weights all texts are as near to each other as float32 tells.
    monkeypatch.setattr(Likeness, "falls_short", lambda _: None)
    folder = save_tiny(tmp_path / "model", pooling="cls")
    found = load_encoder(str(folder), cache=tmp_path / "cache")
    wanted = load_encoder(str(folder), backend=Backend.TORCH)
    assert found.backend == str(plain)
    assert np.abs(found.encode(TEXTS) - wanted.encode(TEXTS)).max() < 1e-4


def test_library_that_is_not_installed_is_said(
    tiny: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(backends, "find_spec", lambda _: None)
    assert load_encoder(str(tiny), cache=own_cache).backend == "torch"
    assert "openvino-f32: the package openvino is not installed" in caplog.text


def test_cache_that_cannot_be_written_is_said(
    tiny: Path, tmp_path: Path, plain: Form, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("no folder")
    assert load_encoder(str(tiny), cache=tmp_path / "file").backend == "torch"
    assert f"{tmp_path / 'file'}" in caplog.text


@pytest.mark.parametrize(
    ("features", "nncf", "wanted"),
    [
        ({"avx2"}, True, ["openvino-f32"]),
        ({"avx512_vnni"}, False, ["openvino-f32"]),
        ({"avx512_vnni"}, True, ["openvino-int8", "openvino-f32"]),
        ({"avx512_bf16", "avx512_vnni"}, False, ["openvino-bf16"]),
        ({"amx_bf16", "amx_int8", "avx512_vnni"}, True, ["openvino-bf16"]),
    ],
)
def test_forms_follow_the_processor(
    monkeypatch: pytest.MonkeyPatch, features: set[str], nncf: bool, wanted: list[str]
) -> None:
    monkeypatch.setattr(backends, "processor_features", lambda: frozenset(features))
    monkeypatch.setattr(backends, "find_spec", lambda name: object() if nncf else None)
    assert [str(form) for form in candidates(Backend.AUTO)] == wanted


def test_gpu_computes_in_half_precision_where_that_is_near_enough(
    tiny: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Here torch's float16 on the processor stands for that of a GPU."""
    from semsearch.encode import torch_encoder

    reference = load_encoder(str(tiny), cache=own_cache, backend=Backend.TORCH)
    monkeypatch.setattr(loading, "may_have_gpu", lambda: True)
    monkeypatch.setattr(torch_encoder, "gpu_computes", lambda: True)
    half = load_encoder(str(tiny), cache=own_cache)
    assert half.backend == "torch-f16"
    assert half.likeness is not None
    assert half.batch_factor > 1
    assert half.digest == reference.digest
    one, other = half.encode_tokens(TEXTS), reference.encode_tokens(TEXTS)
    assert one.vectors.dtype == np.float32
    assert (one.vectors * other.vectors).sum(axis=1) == pytest.approx(1, abs=1e-3)
    assert one.tokens is not None
    assert other.tokens is not None
    assert [t.spans.tolist() for t in one.tokens] == [t.spans.tolist() for t in other.tokens]
    monkeypatch.setattr("semsearch.encode.encoder.LEAST_MEAN", 1.1)
    assert load_encoder(str(tiny), cache=own_cache).backend == "torch"
    assert "is not used with torch-f16: its mean cosine" in caplog.text


@pytest.mark.skipif(
    not backends.may_have_gpu(), reason="no driver of a GPU: its speed is seen where one is"
)
def test_gpu_is_taken_where_there_is_one(tiny: Path, own_cache: Path) -> None:
    from semsearch.encode.torch_encoder import HalfEncoder, gpu_computes

    if not gpu_computes():
        pytest.skip("torch does not compute on the GPU")
    half = load_encoder(str(tiny), cache=own_cache)
    assert isinstance(half, HalfEncoder)
    assert half.model.device.type == "cuda"


@pytest.mark.usefixtures("no_conversion")
def test_index_goes_on_with_its_back_end(tiny: Path, own_cache: Path) -> None:
    assert load_encoder(str(tiny), cache=own_cache, prefer="torch").backend == "torch"
    assert load_encoder(str(tiny), cache=own_cache, prefer="openvino-f32").backend != "torch"


def test_name_is_looked_up_in_the_cache_of_the_hub(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    kept = tmp_path / "models--some--model"
    (kept / "refs").mkdir(parents=True)
    (kept / "refs" / "main").write_text("abc")
    (kept / "snapshots" / "abc").mkdir(parents=True)
    (kept / "snapshots" / "abc" / "modules.json").write_text("[]")
    assert local_folder("some/model") == kept / "snapshots" / "abc"
    assert local_folder("some/other") is None
    assert local_folder("no name of a model at all/../") is None


def test_converted_model_answers_without_torch(tiny: Path, own_cache: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from semsearch.encode import loading, backends;"
        "form = backends.Form(backends.Library.OPENVINO, backends.Precision.FLOAT32);"
        "loading.candidates = lambda _: (form,);"
        f"found = loading.load_encoder({str(tiny)!r}, cache=Path({str(own_cache)!r}));"
        "found.encode(['EMT induces IL-6.']);"
        "print(found.backend, [name for name in ('torch', 'transformers', 'sentence_transformers',"
        " 'openvino_telemetry') if name in sys.modules])"
    )
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout == "openvino-f32 []\n"
    assert ran.stderr == ""

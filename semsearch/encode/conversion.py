"""Converting models of sentence-transformers to what runs without torch."""

from __future__ import annotations

import copy
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from logging import ERROR, getLogger
from pathlib import Path
from typing import Any

from semsearch.encode.backends import MODEL_FILES, Form, Library, Precision
from semsearch.encode.openvino_library import silent
from semsearch.encode.tokenizing import TOKENIZER, Tokenizing

_BATCH = 16  # calibration texts that are run together
# How much of the range of activations goes over to the weights. On 260 sentences that are much
# alike .95 keeps 96 % of the ten nearest, .6 keeps 93 %.
_SMOOTHING = 0.95


class NotConvertibleError(Exception):
    """The model is of a kind that cannot be converted; the message ends a sentence."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What is read of a model before it is converted."""

    transformer: Any
    pooling: str  # mean or cls
    tokenizer: str  # JSON
    limit: int  # most tokens of a text
    padding: int  # id of the token that fills up


def parts_of(model: Any) -> Parts:
    """The parts of a ``SentenceTransformer``.

    Raises:
        NotConvertibleError: it has other modules, or does with texts what a tokenizer alone does
            not.
    """
    kinds = [type(module).__name__ for module in model]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]):
        raise NotConvertibleError(f"its modules are {', '.join(kinds)}")
    transformer, pooling = model[0], model[1]
    mode = pooling.get_config_dict().get("pooling_mode")
    if mode not in {"mean", "cls"}:
        raise NotConvertibleError(f"its pooling is {mode}")
    tokenizer = model.tokenizer
    backend = getattr(tokenizer, "backend_tokenizer", None)
    if backend is None or not hasattr(backend, "to_str"):
        raise NotConvertibleError("it has no tokenizer.json")
    if model.default_prompt_name is not None or getattr(transformer, "do_lower_case", False):
        raise NotConvertibleError("it changes texts before they are cut into tokens")
    if model.truncate_dim is not None:
        raise NotConvertibleError("its vectors are cut")
    if tokenizer.padding_side != "right" or tokenizer.pad_token_id is None:
        raise NotConvertibleError("its tokenizer does not fill up at the end")
    if model.max_seq_length is None:
        raise NotConvertibleError("it has no longest text")
    return Parts(
        transformer=transformer.auto_model,
        pooling=mode,
        tokenizer=backend.to_str(),
        limit=int(model.max_seq_length),
        padding=int(tokenizer.pad_token_id),
    )


def convert(parts: Parts, form: Form, folder: Path, sentences: Sequence[str]) -> None:
    """Write tokenizer.json and the model in a form into a folder.

    Args:
        parts: of the model.
        form: library and precision.
        folder: exists and is empty.
        sentences: for finding the ranges of int8.
    """
    parts = replace(parts, transformer=_traceable(parts.transformer))
    (folder / TOKENIZER).write_text(parts.tokenizer, "utf-8")
    tokenizing = Tokenizing(folder / TOKENIZER, limit=parts.limit, padding=parts.padding)
    path = folder / MODEL_FILES[form.library]
    write = _convert_openvino if form.library is Library.OPENVINO else _convert_onnx
    with _quiet():
        write(parts, form, path, tokenizing, sentences)


def _convert_openvino(
    parts: Parts, form: Form, path: Path, tokenizing: Tokenizing, sentences: Sequence[str]
) -> None:
    openvino: Any = silent("openvino")
    silent("openvino.tools.ovc.convert_impl")
    ids, mask = _example(tokenizing, sentences)
    graph = openvino.convert_model(
        _graph(parts), example_input={"input_ids": ids, "attention_mask": mask}
    )
    if form.precision is Precision.INT8:
        graph = _quantised(graph, tokenizing, sentences)
    openvino.save_model(graph, str(path), compress_to_fp16=False)


def _quantised(graph: Any, tokenizing: Tokenizing, sentences: Sequence[str]) -> Any:
    nncf: Any = silent("nncf")
    batches = []
    for start in range(0, len(sentences), _BATCH):
        padded = tokenizing.padded(tokenizing.read(sentences[start : start + _BATCH]))
        batches.append({0: padded.ids, 1: padded.mask})
    return nncf.quantize(
        graph,
        nncf.Dataset(batches),
        subset_size=len(batches),
        preset=nncf.QuantizationPreset.MIXED,
        model_type=nncf.ModelType.TRANSFORMER,
        advanced_parameters=nncf.AdvancedQuantizationParameters(
            smooth_quant_alphas=nncf.AdvancedSmoothQuantParameters(matmul=_SMOOTHING)
        ),
    )


def _convert_onnx(
    parts: Parts, form: Form, path: Path, tokenizing: Tokenizing, sentences: Sequence[str]
) -> None:
    import torch

    plain = path if form.precision is Precision.FLOAT32 else path.with_name("plain.onnx")
    axes = {0: "texts", 1: "tokens"}
    with torch.no_grad():
        torch.onnx.export(
            _graph(parts),
            _example(tokenizing, sentences),
            str(plain),
            input_names=["input_ids", "attention_mask"],
            output_names=["layer", "pooled"],
            dynamic_axes={
                "input_ids": axes,
                "attention_mask": axes,
                "layer": axes,
                "pooled": {0: "texts"},
            },
            dynamo=False,
        )
    if plain != path:
        from onnxruntime.quantization import QuantType, quantize_dynamic

        # One scale for a whole matrix loses too much: cosine .957 to the reference.
        quantize_dynamic(str(plain), str(path), weight_type=QuantType.QInt8, per_channel=True)
        plain.unlink()


def _graph(parts: Parts) -> Any:
    """A module of torch: token ids and mask in, last layer and pooled vectors out."""
    import torch

    class Graph(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.transformer = parts.transformer

        def forward(self, input_ids: Any, attention_mask: Any) -> tuple[Any, Any]:
            layer = self.transformer(input_ids=input_ids, attention_mask=attention_mask)[0]
            if parts.pooling == "cls":
                return layer, layer[:, 0]
            kept = attention_mask.unsqueeze(-1).to(layer.dtype)
            return layer, (layer * kept).sum(1) / kept.sum(1).clamp(min=1e-9)

    return Graph().eval()


def _example(tokenizing: Tokenizing, sentences: Sequence[str]) -> tuple[Any, Any]:
    """A batch with padding, so that nothing about its shape or mask is taken for given."""
    import torch

    texts = sorted(sentences[:_BATCH], key=len)
    padded = tokenizing.padded(tokenizing.read([texts[0], texts[-1]]))
    return torch.from_numpy(padded.ids), torch.from_numpy(padded.mask)


def _traceable(transformer: Any) -> Any:
    """A copy on the processor, with attention written out.

    The model may be on a GPU, where examples are not; fused attention cannot be traced for any
    length.
    """
    found = copy.deepcopy(transformer).cpu().float()
    found.set_attn_implementation("eager")
    return found


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what the libraries say about what they themselves use."""
    loud = [getLogger(name) for name in ("", "transformers", "nncf")]
    held = [one.level for one in loud]
    for one in loud:
        one.setLevel(ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for one, level in zip(loud, held, strict=True):
            one.setLevel(level)

"""Passes of a sentence-transformers model that can be learned from."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from semsearch.encode.encoder import meaningful
from semsearch.errors import EncoderError, UsageError
from semsearch.tune.losses import Passed

if TYPE_CHECKING:
    import torch
    from torch import Tensor

_LOT = 16  # texts of one pass through the model


def check_tunable(model: Any, name: str, layers: int | None) -> None:
    """Refuse a model whose layers or tokens cannot be reached, or that has fewer layers.

    Raises:
        EncoderError: the model is of another make.
        UsageError: it has fewer layers.
    """
    if not callable(model.tokenizer) or layers_of(model) is None:
        raise EncoderError(
            f"the model {name!r} cannot be tuned, expected a transformer with its own tokenizer;"
            " name another model"
        )
    if layers is not None and layers > len(layers_of(model)):
        raise UsageError(f"layers is {layers}, and the model {name!r} has {len(layers_of(model))}")


def layers_of(model: Any) -> Any:
    """The list of the transformer's layers; None where there is none."""
    import torch

    transformer = getattr(model[0], "auto_model", None)
    number = getattr(getattr(transformer, "config", None), "num_hidden_layers", None)
    if transformer is None or number is None:
        return None
    lists = (one for one in transformer.modules() if isinstance(one, torch.nn.ModuleList))
    return next((one for one in lists if len(one) == number), None)


def trained_parameters(model: Any, layers: int | None) -> dict[str, Any]:
    """The parameters that are trained, by name: of the last layers and of what comes after them.

    The embeddings of tokens stay: most tokens of a vocabulary are never seen in one corpus, and
    would be left behind by the others.

    Args:
        model: of sentence-transformers.
        layers: how many; None for all.
    """
    held = layers_of(model)
    chosen = list(held) if layers is None else list(held)[len(held) - layers :]
    inside = {id(one) for layer in chosen for one in layer.parameters()}
    first = {id(one) for one in model[0].parameters()}
    found = {
        name: one
        for name, one in model.named_parameters()
        if id(one) in inside or id(one) not in first
    }
    for name, one in model.named_parameters():
        one.requires_grad_(name in found)
    return found


def run(model: Any, texts: Sequence[str], device: torch.device) -> Passed:
    """A pass over some texts, in lots of like length: little is spent on padding.

    Dropout is the caller's to leave out.

    Args:
        model: of sentence-transformers, on the device.
        texts: in any order, at least one.
        device: where to compute.
    """
    import torch

    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    parts: list[Passed] = []
    for start in range(0, len(order), _LOT):
        lot = [texts[row] for row in order[start : start + _LOT]]
        with in_half(device):
            parts.append(_pass(model, lot, device))
    longest = max(one.kept.shape[1] for one in parts)

    def filled(one: Tensor) -> Tensor:
        missing = longest - one.shape[1]
        return torch.nn.functional.pad(one, (0, 0, 0, missing) if one.dim() == 3 else (0, missing))

    back = torch.tensor(order, device=device).argsort()
    return Passed(
        torch.cat([one.vectors for one in parts])[back],
        torch.cat([filled(one.tokens) for one in parts])[back],
        torch.cat([filled(one.kept) for one in parts])[back],
    )


def _pass(model: Any, texts: Sequence[str], device: torch.device) -> Passed:
    import torch

    read = model.tokenizer(
        list(texts),
        padding=True,
        truncation=True,
        max_length=model.max_seq_length,
        return_offsets_mapping=True,
        return_tensors="pt",
    )
    offsets = read.pop("offset_mapping").tolist()
    found = model({name: one.to(device) for name, one in read.items()})
    rows = [meaningful(text, spans) for text, spans in zip(texts, offsets, strict=True)]
    longest = max(map(len, rows))
    places = torch.zeros((len(rows), longest), dtype=torch.long)
    kept = torch.zeros((len(rows), longest), dtype=torch.bool)
    for at, row in enumerate(rows):
        places[at, : len(row)] = torch.from_numpy(row)
        kept[at, : len(row)] = True
    places, kept = places.to(device), kept.to(device)
    layer = found["token_embeddings"].float()
    tokens = layer.gather(1, places[:, :, None].expand(-1, -1, layer.shape[2]))
    normal = torch.nn.functional.normalize
    return Passed(normal(found["sentence_embedding"].float(), dim=1), normal(tokens, dim=2), kept)


def device_of_choice() -> torch.device:
    """A GPU where torch finds one."""
    import torch

    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def in_half(device: torch.device) -> AbstractContextManager[object]:
    """Products in bfloat16 where the device is made for it: weights and losses stay in float32."""
    import torch

    if device.type == "cuda":
        able = torch.cuda.is_bf16_supported()
    else:
        probe: Any = torch.cpu  # its questions are not in the stubs
        able = bool(probe._is_avx512_bf16_supported())
    return torch.autocast(device.type, torch.bfloat16) if able else nullcontext()

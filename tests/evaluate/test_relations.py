"""Figures of how statements are read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from semsearch.errors import EvaluationError
from semsearch.evaluate.relations import evaluate_relations

ITEM = {
    "id": "a",
    "citing": "10.5555/a",
    "text": "Drought reduces yield [3].",
    "question": "does drought reduce yield",
    "reversed": "does yield reduce drought",
    "opposite": "does drought increase yield",
    "stance": "yes",
}


def write(path: Path, *changes: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(ITEM | change) + "\n" for change in changes), "utf-8")
    return path


def test_figures_count_what_is_read_right(tmp_path: Path) -> None:
    found = evaluate_relations(
        write(
            tmp_path / "items.jsonl",
            {},
            {"id": "b", "text": "Drought did not reduce yield.", "stance": "no"},
            {"id": "c", "text": "Drought may reduce yield.", "stance": "hedged", "opposite": None},
            {"id": "d", "text": "Yield has nothing to do with it.", "stance": "no"},
        )
    )
    values = found.as_json_object()
    assert values["stance_accuracy"] == 0.75
    assert values["reversed_confused"] == 0.0
    assert values["opposite_accuracy"] == 1.0
    assert (values["items"], values["opposites"]) == (4, 1)
    assert values["stance_accuracy_low"] <= 0.75 <= values["stance_accuracy_high"]


def test_no_asserted_opposite_leaves_its_figure_out(tmp_path: Path) -> None:
    found = evaluate_relations(write(tmp_path / "items.jsonl", {"opposite": None}))
    assert set(found.figures) == {"stance_accuracy", "reversed_confused"}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("", "holds no item"),
        ("{", "line 1 is not JSON"),
        (json.dumps(ITEM | {"stance": "perhaps"}), "line 1, field 'stance'"),
        (json.dumps({k: v for k, v in ITEM.items() if k != "text"}), "line 1, field 'text'"),
    ],
)
def test_wrong_files_are_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text(line, "utf-8")
    with pytest.raises(EvaluationError, match=message):
        evaluate_relations(path)


@pytest.mark.parametrize("name", ["train", "dev"])
def test_annotated_statements_are_read_well(data: Path, name: str) -> None:
    path = data / "relations" / f"{name}.jsonl"
    if not path.is_file():
        pytest.skip(f"no annotated statements at {path}")
    figures = evaluate_relations(path).figures
    assert figures["stance_accuracy"].value >= 0.88
    assert figures["reversed_confused"].value <= 0.04
    assert figures["opposite_accuracy"].value >= 0.85

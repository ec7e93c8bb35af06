"""Figures of citation types."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from semsearch.classify.model import TYPES
from semsearch.cli.commands import app
from semsearch.errors import EvaluationError
from semsearch.evaluate.types import Item, Judged, figures_of, judged, reliability_picture


def one(kind: str, told: str, sure: float, stratum: str | None = None) -> Judged:
    chances = np.full(3, (1 - sure) / 2)
    chances[[str(t) for t in TYPES].index(told)] = sure
    return Judged(Item.model_validate({"text": "x", "type": kind, "stratum": stratum}), chances)


def test_f1_and_calibration_are_those_of_their_formulas() -> None:
    found = figures_of(
        [
            one("supporting", "supporting", 0.9),
            one("supporting", "mentioning", 0.6),
            one("contrasting", "contrasting", 0.8),
            one("mentioning", "mentioning", 0.7),
        ]
    ).as_json_object()
    assert found["supporting_precision"] == 1.0
    assert found["supporting_recall"] == 0.5
    assert found["supporting_f1"] == pytest.approx(2 / 3)
    assert found["mentioning_f1"] == pytest.approx(2 / 3)
    assert found["macro_f1"] == pytest.approx((2 / 3 + 1 + 2 / 3) / 3)
    assert found["ece"] == pytest.approx((0.1 + 0.6 + 0.2 + 0.3) / 4)
    assert found["supporting_told_mentioning"] == 1
    assert "natural_supporting_precision" not in found


def test_the_natural_mix_weighs_strata_by_their_shares() -> None:
    found = figures_of(
        [
            one("supporting", "supporting", 0.9, "support-cue"),
            one("mentioning", "supporting", 0.9, "any"),
            one("mentioning", "mentioning", 0.9, "any"),
            one("contrasting", "contrasting", 0.5, "contrast-cue"),
        ],
        threshold=0.7,
    ).as_json_object()
    assert found["natural_supporting_precision"] == pytest.approx(0.024 / (0.024 + 0.315))
    assert found["natural_supporting_recall"] == 1.0
    assert found["natural_contrasting_recall"] == 0.0  # unclassified at the threshold
    assert found["contrasting_recall"] == 1.0


def test_the_picture_has_a_dot_a_bin() -> None:
    drawn = reliability_picture(
        [one("supporting", "supporting", 0.9), one("mentioning", "supporting", 0.5)]
    )
    assert drawn.startswith("<svg")
    assert drawn.count("<circle") == 2


def test_the_command_prints_one_object_and_writes_the_picture(tmp_path: Path) -> None:
    file, picture = tmp_path / "items.jsonl", tmp_path / "picture.svg"
    rows = [
        {"text": "Our results agree with [3].", "type": "supporting", "citing": "10.5555/a"},
        {"text": "Zinc is essential [3].", "type": "mentioning", "citing": "10.5555/b"},
    ]
    file.write_text("\n".join(json.dumps(row) for row in rows), "utf-8")
    done = CliRunner().invoke(
        app, ["eval", "types", str(file), "--picture", str(picture), "--json"]
    )
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    assert {"macro_f1", "supporting_f1", "contrasting_f1", "mentioning_f1", "ece"} <= set(found)
    assert picture.read_text("utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("line", "message"),
    [("", "holds no item"), ('{"text": "x", "type": "praising"}', "line 1, field 'type'")],
)
def test_wrong_files_are_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "items.jsonl"
    path.write_text(line, "utf-8")
    with pytest.raises(EvaluationError, match=message):
        judged(path)


def test_annotated_statements_are_told_well(data: Path) -> None:
    path = data / "citation-types" / "dev.jsonl"
    if not path.is_file():
        pytest.skip(f"no annotated statements at {path}")
    found = figures_of(judged(path)).as_json_object()
    assert found["macro_f1"] >= 0.87
    assert found["contrasting_f1"] >= 0.80
    assert found["ece"] <= 0.05
    assert found["natural_supporting_precision"] >= 0.85

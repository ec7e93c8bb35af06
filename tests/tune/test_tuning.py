"""Tuning as a whole: acceptance, the folder that comes out, and what an index says of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import fields
from inspect import signature
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch.__main__ import main
from semsearch.cli import tune as command
from semsearch.encode.loading import load_encoder
from semsearch.encode.tuned import RECORD, Tuned, read_tuned, write_tuned
from semsearch.errors import EncoderError, UsageError
from semsearch.evaluate.evaluation import Values
from semsearch.index.build import Builder, open_builder
from semsearch.index.layout import Layout
from semsearch.index.manifest import read_manifest
from semsearch.parse.packages import ArticleFiles
from semsearch.progress import Quiet
from semsearch.rank import statements as ranking
from semsearch.rank.learned import RankingModel
from semsearch.search import Searcher
from semsearch.settings import Backend
from semsearch.tune import tuning as module
from semsearch.tune.acceptance import MOST_LOST, Row, Table, table_of
from semsearch.tune.judging import Judge
from semsearch.tune.plan import Plan
from semsearch.tune.sets import judged_by, measures_of, read_set
from semsearch.tune.tuning import Tuning, tune_model

PLAN = Plan(steps=3, batch=8, rate=0.001)


def row(name: str, base: float, tuned: float) -> Row:
    return Row(name=name, queries=9, base=base, tuned=tuned, low=-1, high=1)


@pytest.mark.parametrize(
    ("gains", "said"),
    [
        ((0.02, -MOST_LOST), None),
        ((0.02, -MOST_LOST - 0.0001), "set 1 fell by 0.0031, at most 0.003 is allowed"),
        ((0.001, -0.002), "the mean gain over the sets is -0.0005, it must be above 0"),
        ((0.0, 0.0), "the mean gain over the sets is +0.0000, it must be above 0"),
    ],
)
def test_rule_of_acceptance(gains: tuple[float, ...], said: str | None) -> None:
    table = Table([row(f"set {at}", 0.5, 0.5 + gain) for at, gain in enumerate(gains)])
    assert table.refusal == said
    for text in (table.as_text(), table.as_markdown()):
        assert "set 0" in text
        assert "0.5000" in text


def test_table_compares_the_same_queries_and_weighs_groups_alike() -> None:
    base = {"questions": [{"a": 0.0, "b": 1.0, "only": 0.9}, {"c": 0.2}]}
    tuned = {"questions": [{"b": 1.0, "a": 1.0}, {"c": 0.4}]}
    (found,) = table_of(base, tuned).rows
    assert (found.base, found.tuned) == pytest.approx(((0.5 + 0.2) / 2, (1 + 0.4) / 2))
    assert found.queries == 3
    assert found.low <= found.gain <= found.high


def test_sets_are_judged_by_ndcg_or_else_by_all_measures() -> None:
    values: Values = {"ndcg@10": {"a": 0.1, "b": None}, "mrr": {"a": 1.0, "b": 1.0}}
    assert judged_by(values, {}) == [{"a": 0.1}]
    kinds: Values = {"ndcg@10": {"a": 0.1}, "x": {"a": 0.1}, "y": {"b": 0.3}}
    assert judged_by(kinds, {"ndcg@10": ["x", "y"]}) == [{"a": 0.1}, {"b": 0.3}]
    assert judged_by({"yes": {"a": 1.0}, "no": {"a": 0.0}}, {}) == [{"a": 0.5}]


@pytest.mark.parametrize("text", ["nonsense=x", "scifact", "scifact=", "scifact=/not/there"])
def test_set_that_there_is_not_is_said(text: str) -> None:
    with pytest.raises(UsageError, match=r"no evaluation set|does not exist"):
        read_set(text)


def test_every_kind_of_set_is_asked(demo: Path, hashed_words: Any, tmp_path: Path) -> None:
    def written(name: str, *lines: object) -> None:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"".join(orjson.dumps(line) + b"\n" for line in lines))

    claims = [
        {"_id": str(n), "text": text} for n, text in enumerate(("rice is eaten", "ice melts"))
    ]
    written("beir/queries.jsonl", *claims)
    written("beir/corpus.jsonl", *({**one, "title": f"On {one['text']}"} for one in claims))
    (tmp_path / "beir" / "qrels").mkdir()
    (tmp_path / "beir" / "qrels" / "train.tsv").write_text("0\t0\t1\n1\t1\t1\n")
    asked = "does EMT induce IL-6"
    searcher = Searcher(demo, encoder=hashed_words())
    hit = searcher.search(asked).hits[0].statement
    written("graded/queries.jsonl", {"_id": "q", "text": asked, "kind": "general"})
    graded = {"query": "q", "citing": hit.paper.doi, "text": hit.text, "grade": 3}
    written("graded/judgements.jsonl", graded)
    turned = {"question": asked, "reversed": "does IL-6 induce EMT", "opposite": None}
    written("relations.jsonl", {"id": "r", "stance": "yes", **turned})
    named = tuple(
        read_set(f"{kind}={tmp_path / name}")
        for kind, name in (
            ("scifact", "beir"),
            ("questions", "graded"),
            ("relations", "relations.jsonl"),
        )
    )
    found = {}
    for name, measure in measures_of(named, 5).items():
        outcome = measure(searcher, Quiet())
        found[name.partition(" ")[0]] = judged_by(outcome.values, outcome.mean_of)
    searcher.close()
    assert found["scifact"] == [{"0": 1.0, "1": 1.0}]
    assert found["questions"] == [{"q": 1.0}]
    assert set(found["relations"][0]) == {"r"}
    assert len(found["cite"][0]) == len(found["similar"][0]) == 5


@pytest.fixture
def decided(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Has the sets come out with a gain, so that the rest can be looked at."""

    def decide(gain: float) -> None:
        monkeypatch.setattr(Judge, "table", lambda _: Table([row("cite", 0.5, 0.5 + gain)]))

    return decide


def tuned_on(demo: Path, tiny: Path, out: Path) -> Tuning:
    return tune_model(demo, out, model=str(tiny), plan=PLAN, questions=10)


@pytest.mark.parametrize("gain", [0.1, -0.1])
def test_folder_that_comes_out(
    demo: Path,
    tiny: Path,
    tmp_path: Path,
    decided: Callable[[float], None],
    gain: float,
    caplog: pytest.LogCaptureFixture,
) -> None:
    from sentence_transformers import SentenceTransformer

    decided(gain)
    out = tmp_path / "tuned"
    done = tuned_on(demo, tiny, out)
    accepted = gain > 0
    folder = Path(done.folder)
    assert folder == (out if accepted else tmp_path / "tuned.not-accepted")
    assert (done.refusal is None) is accepted
    assert [one.name for one in tmp_path.iterdir()] == [folder.name]
    base = load_encoder(str(tiny), backend=Backend.TORCH)
    corpus = read_manifest(Layout(demo).generation(1)).content_digest
    record = Tuned(base=str(tiny), lineage=(base.digest,), corpus=corpus, accepted=accepted)
    assert read_tuned(folder) == record
    card = (folder / "README.md").read_text("utf-8")
    for told in (str(tiny), base.digest, corpus, "3 steps of 8", "| cite | 9 |", "Known limits"):
        assert told in card
    assert ("**not accepted**" in card) is not accepted
    for kind, count in done.pairs.items():
        assert f"| {kind} | {count:,} |" in card
    vectors = SentenceTransformer(str(folder)).encode(["Rice is eaten."], normalize_embeddings=True)
    caplog.clear()
    encoder = load_encoder(str(folder), backend=Backend.TORCH)
    assert abs(encoder.encode(["Rice is eaten."]) - vectors).max() < 1e-5
    assert encoder.tuned == record
    assert ("was tuned and not accepted" in caplog.text) is not accepted


def test_both_models_are_asked_and_an_interruption_costs_nothing_that_was_done(
    demo: Path, tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = sorted((path, path.stat().st_mtime_ns) for path in demo.rglob("*") if path.is_file())
    out = tmp_path / "tuned"
    with pytest.raises(KeyboardInterrupt):
        tune_model(demo, out, model=str(tiny), plan=PLAN, questions=10, stop=lambda step: step == 2)
    assert (tmp_path / "tuned.work" / "checkpoint.pt").is_file()
    with pytest.raises(UsageError, match=r"tuned.work is of a tuning with plan .* delete that"):
        tune_model(demo, out, model=str(tiny), plan=Plan(steps=9), questions=10)

    def never(*_: object) -> None:
        raise AssertionError("vectors are there already")

    monkeypatch.setattr(module, "encode_all", never)
    done = tuned_on(demo, tiny, out)
    assert [one.name for one in done.table.rows] == ["cite", "similar"]
    assert all(one.queries == 10 for one in done.table.rows)
    with pytest.raises(UsageError, match="exists already"):
        tuned_on(demo, tiny, out)
    after = sorted((path, path.stat().st_mtime_ns) for path in demo.rglob("*") if path.is_file())
    assert [one for one in after if "sqlite-" not in one[0].name] == [
        one for one in before if "sqlite-" not in one[0].name
    ]


def test_index_records_the_tuning_and_says_it(
    tiny: Path,
    tmp_path: Path,
    save_tiny: Callable[..., Path],
    article: Callable[..., bytes],
    capsys: pytest.CaptureFixture[str],
) -> None:
    folder = save_tiny(tmp_path / "model")
    record = Tuned(base="base", lineage=("a" * 64, "b" * 64), corpus="c" * 64, accepted=True)
    write_tuned(folder, record)
    file = tmp_path / "one.xml"
    file.write_bytes(article('<p>Rice is eaten [<xref rid="B1">1</xref>].</p>'))

    def built(model: Path, index: str) -> Builder:
        builder = open_builder(tmp_path / index, model=str(model))
        builder.build(ArticleFiles((file,), 10**7))
        return builder

    built(folder, "tuned")
    manifest = read_manifest(Layout(tmp_path / "tuned").generation(1))
    assert manifest.tuned == record
    assert manifest.model_lineage == (manifest.model_digest, "a" * 64, "b" * 64)
    with pytest.raises(SystemExit):
        main(["info", "--index", str(tmp_path / "tuned")])
    assert re.search(r"tuned +from base \(digest aaaaaaaaaaaa\)", capsys.readouterr().out)
    built(tiny, "plain")
    plain = read_manifest(Layout(tmp_path / "plain").generation(1))
    assert plain.tuned is None
    # The weights are the same and the answers may not be: learned weights hold for descendants.
    assert plain.model_digest == manifest.model_digest
    assert plain.content_digest != manifest.content_digest


@pytest.mark.parametrize("ancestor", [True, False])
def test_learned_weights_hold_for_what_was_tuned_from_their_model(
    tmp_path: Path,
    save_tiny: Callable[..., Path],
    article: Callable[..., bytes],
    monkeypatch: pytest.MonkeyPatch,
    ancestor: bool,
) -> None:
    folder = save_tiny(tmp_path / "model")
    fitted = "f" * 64
    lineage = ("a" * 64, fitted if ancestor else "b" * 64)
    write_tuned(folder, Tuned(base="base", lineage=lineage, corpus="c" * 64, accepted=True))
    file = tmp_path / "one.xml"
    file.write_bytes(article('<p>Rice is eaten [<xref rid="B1">1</xref>].</p>'))
    builder = open_builder(tmp_path / "index", model=str(folder))
    builder.build(ArticleFiles((file,), 10**7))
    shipped = RankingModel(encoder=fitted, weights={"dense": 0.0}, slope=0.0, intercept=5.0)
    monkeypatch.setattr(ranking, "shipped_model", lambda: shipped)
    searcher = Searcher(tmp_path / "index", encoder=builder.encoder)
    (hit,) = searcher.search("rice").hits
    searcher.close()
    assert (hit.score == pytest.approx(1 / (1 + 2.718281828**-5), abs=1e-4)) is ancestor


@pytest.mark.parametrize(
    "content", [b"{", b"[]", b'{"base": 1}', b'{"base":"x","lineage":[],"corpus":"","accepted":1}']
)
def test_record_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / RECORD).write_bytes(content)
    with pytest.raises(EncoderError, match=RECORD):
        read_tuned(tmp_path)


def test_command_and_python_have_the_same_defaults() -> None:
    given = signature(command.tune).parameters
    for field in fields(Plan):
        assert given[field.name].default == field.default
    assert given["questions"].default == module.QUESTIONS


def test_command_prints_the_table_and_its_exit_code_says_the_verdict(
    demo: Path,
    tiny: Path,
    tmp_path: Path,
    decided: Callable[[float], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    def code(out: str, *more: str) -> object:
        arguments: Sequence[str] = ("tune", str(demo), "--out", str(tmp_path / out), *more)
        with pytest.raises(SystemExit) as left:
            main([*arguments, "--model", str(tiny), "--steps", "1", "--batch", "4"])
        return left.value.code

    decided(0.1)
    assert code("one") == 0
    assert "accepted: " in capsys.readouterr().out
    decided(-0.1)
    assert code("two", "--json") == 1
    printed = capsys.readouterr()
    assert "not accepted: cite fell by 0.1000" in printed.err
    assert orjson.loads(printed.out)["folder"].endswith("two.not-accepted")
    assert code("three", "--eval", "nonsense") == 2
    assert code("four", "--rate", "2") == 2
    assert code("none/five") == 2

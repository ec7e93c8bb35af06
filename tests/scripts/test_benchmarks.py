"""The benchmarks: that each runs on tiny data, what scaled data hold, how the page is made."""

from __future__ import annotations

import os
import subprocess
import sys
from argparse import Namespace
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
import pytest
from lxml import etree

if TYPE_CHECKING:
    from semsearch.index.layout import Layout

ROOT = Path(__file__).parents[2]
SCRIPTS = ROOT / "scripts"
REAL = 6  # papers of the index that is scaled


@pytest.fixture(autouse=True, scope="module")
def _scripts() -> Any:
    """The scripts can be imported."""
    sys.path.insert(0, str(SCRIPTS))
    yield
    sys.path.remove(str(SCRIPTS))


@pytest.fixture(scope="module")
def tiny(
    tmp_path_factory: pytest.TempPathFactory, hashed_words: Any, article: Any
) -> tuple[Path, Any]:
    """An index of a few articles, and its encoder."""
    from semsearch.encode.recipe import StatementRecipe
    from semsearch.index.build import Builder
    from semsearch.parse.packages import ArticleFiles

    folder = tmp_path_factory.mktemp("tiny")
    for number in range(REAL):
        said = "".join(
            f"<p>Drug {one} lowers growth of cell line {number}"
            f' [<xref ref-type="bibr" rid="B{one + 1}">{one + 1}</xref>].</p>'
            for one in range(number + 1)
        )
        front = f"<abstract><p>What drug {number} does. It lowers growth.</p></abstract>"
        (folder / f"{number}.xml").write_bytes(
            article(said, refs=REAL, doi=f"10.5555/tiny.{number}", front=front)
        )
    encoder = hashed_words()
    builder = Builder(folder / "index", encoder, StatementRecipe.TEXT, batch_tokens=512)
    builder.build(ArticleFiles((folder,), max_bytes=2**20))
    return folder / "index", encoder


def layout_of(index: Path) -> Layout:
    from semsearch.index.layout import Layout

    return Layout(index)


def test_a_scaled_index_holds_each_paper_again_under_an_id_of_its_own(
    tiny: tuple[Path, Any], tmp_path: Path
) -> None:
    from benchmarks.scaled import scaled_index

    from semsearch.search import Searcher

    index, encoder = tiny
    real = Searcher(index, encoder=encoder)
    count = len(real.generation.statements.dense)
    made = scaled_index(index, tmp_path, 2 * count + 3)
    scaled = Searcher(made, encoder=encoder)
    generation = scaled.generation
    assert 2 * count < len(generation.statements.dense) <= 2 * count + 3
    assert np.all(generation.statements.dense.ids[1:] > generation.statements.dense.ids[:-1])
    question = "Drug 1 lowers growth of cell line 4"
    found = scaled.search(question, limit=100)
    once = real.search(question, limit=100)
    texts = [
        hit.statement.text
        for best in found.hits
        for hit in (best, *best.duplicates)
        if hasattr(hit, "statement")
    ]
    assert {hit.statement.text for hit in once.hits} <= set(texts)
    assert found.hits[0].statement.text == once.hits[0].statement.text
    assert found.hits[0].statement.cites, "the copy cites what the real statement cites"
    scaled.close()
    real.close()


def test_scaled_indexes_of_other_sizes_and_kinds_have_other_digests(
    tiny: tuple[Path, Any], tmp_path: Path
) -> None:
    from benchmarks.scaled import scaled_index

    from semsearch.index.manifest import read_manifest

    index, _ = tiny
    made = [
        scaled_index(index, tmp_path, size, lean=lean)
        for size, lean in ((50, False), (60, False), (60, True))
    ]
    digests = {
        read_manifest(layout_of(one).generation(layout_of(one).published())).content_digest
        for one in (index, *made)
    }
    assert len(digests) == 1 + len(made)


def test_questions_of_a_file_are_asked_once_each_and_a_wrong_line_is_named(tmp_path: Path) -> None:
    from benchmarks.data import read_questions

    from semsearch.errors import EvaluationError

    path = tmp_path / "questions.jsonl"
    path.write_text(
        '{"question": "a", "text": "b", "reversed": "c"}\n{"text": "d", "opposite": "a"}\n'
    )
    assert sorted(read_questions(path)) == ["a", "c", "d"]
    with pytest.raises(EvaluationError, match="has 3 different questions, expected 4"):
        read_questions(path, 4)
    path.write_text('{"question": "a"}\n{"question": 5}\n')
    with pytest.raises(EvaluationError, match=r"questions\.jsonl line 2, field 'question'"):
        read_questions(path)
    with pytest.raises(EvaluationError, match="cannot be read"):
        read_questions(tmp_path / "none.jsonl")


def test_a_scaled_index_is_filtered_as_its_papers_are(
    tiny: tuple[Path, Any], tmp_path: Path
) -> None:
    from benchmarks.scaled import scaled_index

    from semsearch.rank.options import read_options
    from semsearch.search import Searcher

    index, encoder = tiny
    count = len(Searcher(index, encoder=encoder).generation.statements.dense)
    made = Searcher(scaled_index(index, tmp_path, 3 * count), encoder=encoder)
    every = made.search("growth", options=read_options(limit=1, filters=["year=2020"]))
    none = made.search("growth", options=read_options(limit=1, filters=["year=..2019"]))
    assert (every.allowed, none.allowed) == (3 * count, 0)
    made.close()


def test_copied_words_are_those_that_would_be_written(
    tiny: tuple[Path, Any], tmp_path: Path
) -> None:
    from benchmarks.copies import Copies
    from benchmarks.scaled import write_lexical_copies

    from semsearch.index.lexical.files import open_lexical, write_lexical

    layout = layout_of(tiny[0])
    folder = layout.generation(layout.published()).lexical("statements")
    real = open_lexical(folder)
    words = [bytes(one).decode() for one in real.vocabulary]
    rows = np.arange(len(real))
    some = rows[::2]
    copies = Copies(
        np.concatenate([rows, rows, some]), np.cumsum([0, len(real), len(real), len(some)])
    )
    write_lexical_copies(tmp_path / "copied", real, copies)
    write_lexical(
        tmp_path / "written",
        ([words[n] for n in real.token_numbers(row)] for row in copies.source.tolist()),
    )
    for path in sorted((tmp_path / "written").iterdir()):
        np.testing.assert_array_equal(
            np.load(path), np.load(tmp_path / "copied" / path.name), err_msg=path.name
        )


def test_noise_is_the_same_for_the_same_copies_and_leaves_the_first_as_it_is() -> None:
    from benchmarks.copies import NOISE, noisy
    from benchmarks.dense import repeated

    vectors = np.random.default_rng(1).standard_normal((50, 384), dtype=np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    once, again = (np.vstack(list(noisy(vectors, repeated(50, 120)))) for _ in range(2))
    np.testing.assert_array_equal(once, again)
    np.testing.assert_array_equal(once[:50], vectors)
    np.testing.assert_allclose(np.linalg.norm(once, axis=1), 1, atol=1e-5)
    cosines = (once[50:100] * vectors).sum(axis=1)
    assert cosines.mean() == pytest.approx(1 / np.sqrt(1 + 384 * NOISE**2), abs=0.02)


def test_the_truth_is_that_of_all_rows_at_once() -> None:
    from benchmarks.dense import nearest

    random = np.random.default_rng(2)
    vectors = random.standard_normal((300, 16), dtype=np.float32)
    queries = random.standard_normal((7, 16), dtype=np.float32)
    found = nearest(iter(np.array_split(vectors, 11)), queries)
    wanted = np.argsort(-(queries @ vectors.T), axis=1)[:, :10]
    np.testing.assert_array_equal(np.sort(found, axis=1), np.sort(wanted, axis=1))


def test_a_plot_is_svg_that_says_its_points_and_refuses_what_has_no_logarithm() -> None:
    from benchmarks.plots import line_plot

    drawn = line_plot("Time <of>", "rows", "ms", {"a & b": [(1e4, 2.0), (1e6, 30.0)]})
    root = etree.fromstring(drawn.encode())
    said = root.findtext("{http://www.w3.org/2000/svg}desc")
    assert said == "a & b: 10,000 → 2, 1,000,000 → 30"
    with pytest.raises(ValueError, match="above 0"):
        line_plot("Time", "rows", "ms", {"a": [(0.0, 2.0)]})


def test_the_page_has_a_row_for_every_goal_though_nothing_was_run() -> None:
    from benchmarks.goals import GOALS
    from benchmarks.page import page

    table = [line for line in page({}).splitlines() if line.startswith("| ")][1:]
    assert len(table) == len(GOALS)
    assert all("not measured" in line for line in table)


def test_a_goal_names_the_anchor_and_how_many_times_better_it_is() -> None:
    from benchmarks.goals import GOALS
    from benchmarks.machine import this_machine
    from benchmarks.result import Result, Row

    def row(contender: str, rate: float) -> Row:
        figures = {"statements_s": rate, "cosine_mean": 0.9976, "gflops": 1.0}
        return Row(contender=contender, parameters={"task": "statements"}, figures=figures)

    result = Result(
        benchmark="encode",
        command="scripts/benchmark encode",
        created="2026-01-01T00:00:00+00:00",
        quick=False,
        machine=this_machine(),
        rows=(row("sentence-transformers fp32, batches of 32", 90.0), row("semsearch int8", 810.0)),
    )
    outcome = GOALS[0].outcome({"encode": result})
    assert (outcome.anchor, outcome.reached) == ("90/s", "810/s, ×9.0 at cosine 0.9976")


def test_results_are_read_back_and_a_wrong_one_is_named(tmp_path: Path) -> None:
    from benchmarks.machine import this_machine
    from benchmarks.result import Result, Row, read_result

    result = Result(
        benchmark="query",
        command="scripts/benchmark query",
        created="2026-01-01T00:00:00+00:00",
        quick=True,
        machine=this_machine(),
        rows=(Row(contender="txtai", parameters={"statements": 5}, left_out="no txtai"),),
    )
    path = tmp_path / "query.json"
    path.write_bytes(orjson.dumps(result))
    assert read_result(path) == result
    path.write_bytes(orjson.dumps(replace(result, quick="perhaps")))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"query\.json: field 'quick'"):
        read_result(path)


def test_the_kept_page_is_what_the_kept_results_give() -> None:
    from benchmark_report import read_results
    from benchmarks.page import page, plots

    folder = ROOT / "docs" / "performance"
    results = read_results(folder)
    assert (ROOT / "docs" / "performance.md").read_text("utf-8") == page(results)
    for name, (_, drawn) in plots(results).items():
        assert (folder / f"{name}.svg").read_text("utf-8") == drawn


def test_requests_that_fail_while_a_server_gets_warm_are_not_counted(
    tiny: tuple[Path, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import benchmark_http

    def load(one: benchmark_http.Served, asked: list[str], clients: int, seconds: float) -> None:
        warming = seconds == 2
        one.failed += 30 if warming else 1
        for list_ in (one.rates, one.seconds, one.bytes):
            list_.append(3 if warming else 1)

    questions = tmp_path / "questions.jsonl"
    questions.write_text('{"question": "does drug 1 lower growth"}\n')
    monkeypatch.setattr(benchmark_http, "_own", lambda *_: nullcontext(("", os.getpid())))
    monkeypatch.setattr(benchmark_http, "load", load)
    rows = benchmark_http.measure(
        Namespace(index=tiny[0], questions=questions, clients=1, peers=[], seconds=5.0, rounds=2)
    )
    assert [row.contender for row in rows] == ["semsearch", "page"] * 2
    for row in rows:
        assert (row.figures["failed"], row.figures["calls"]) == (2, 2)
        assert row.figures["requests_s"] == 1


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of a few articles of the demo corpus, made with the default model."""
    from semsearch.index.build import open_builder
    from semsearch.parse.packages import ArticleFiles

    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, str(SCRIPTS / "make_demo_corpus.py"), str(folder / "corpus")]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603 - our own script
    articles = tuple(sorted((folder / "corpus").glob("*.xml"))[:4])
    builder = open_builder(folder / "index")
    builder.build(ArticleFiles(articles, max_bytes=2**20))
    asked = (
        {"question": f"does {agent} {verb} {target}"}
        for agent in ("EMT", "TGF-beta", "hypoxia", "STAT3")
        for verb in ("induce", "reduce")
        for target in ("IL-6", "invasion", "growth")
    )
    (folder / "questions.jsonl").write_bytes(b"\n".join(map(orjson.dumps, asked)))
    return folder


@pytest.mark.parametrize(
    ("name", "contenders"),
    [
        ("encode", {"semsearch", "txtai"}),
        ("index", {"semsearch", "faiss flat", "milvus-lite", "bm25s"}),
        ("query", {"semsearch", "flat", "txtai", "milvus-lite"}),
        ("scale", {"semsearch", "flat"}),
        ("http", {"semsearch", "txtai"}),
        ("start", {"semsearch ask"}),
        ("build", {"semsearch build, from its start", "semsearch, one paper added"}),
    ],
)
def test_a_benchmark_runs_on_tiny_data(
    name: str, contenders: set[str], demo: Path, tmp_path: Path
) -> None:
    given = {
        "start": [str(demo / "index")],
        "build": [str(demo / "index"), str(demo / "corpus")],
    }.get(name, [str(demo / "index"), str(demo / "questions.jsonl")])
    command = [sys.executable, str(SCRIPTS / f"benchmark_{name}.py"), *given, "--quick"]
    written = tmp_path / "result.json"
    done = subprocess.run(  # noqa: S603 - our own script
        [*command, "--json", str(written), "--work", str(tmp_path / "work")],
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr
    result = orjson.loads(written.read_bytes())
    assert str(tmp_path) not in written.read_text(), "nobody need know where folders lie"
    found = {row["contender"]: row for row in result["rows"]}
    assert contenders <= found.keys()
    for one, row in found.items():
        told = row["left_out"] or row["figures"]
        assert told, one
        assert row["left_out"] is None or "not installed" in row["left_out"]
    own = next(row for one, row in found.items() if one.startswith("semsearch"))
    assert own["left_out"] is None
    assert all(np.isfinite(list(own["figures"].values())))
    assert name in result["command"]

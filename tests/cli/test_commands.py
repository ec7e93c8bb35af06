"""The command line, run in this process with a small encoder in place of the model."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch.cli.commands import app
from semsearch.rank import facets
from semsearch.rank.run import found_rows

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def folder(tmp_path: Path, article: Callable[..., bytes]) -> Path:
    body = (
        '<sec><title>Results</title><p>EMT induces IL-6 [<xref rid="B1">1</xref>]. It was seen'
        ' twice. IL-6 induces EMT [<xref rid="B2 B3">2,3</xref>].</p></sec>'
    )
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "a.xml").write_bytes(
        article(body, front="<abstract><p>EMT and IL-6 in one.</p></abstract>")
    )
    return folder


@pytest.fixture
def index(run: Callable[..., Any], folder: Path, tmp_path: Path) -> Path:
    assert run("build", folder, "--index", tmp_path / "index").code == 0
    return tmp_path / "index"


def test_build_says_what_it_did(run: Callable[..., Any], folder: Path, tmp_path: Path) -> None:
    outcome = run("build", folder, "--index", tmp_path / "index")
    assert "1 files: 1 read, 0 unchanged, 0 skipped" in outcome.out
    assert "2 xrefs + 1 expanded = 3 citations" in outcome.out
    assert re.search(r"content digest [0-9a-f]{64}", outcome.out)
    assert outcome.err == ""


def test_report_counts_every_marker_of_every_file(
    run: Callable[..., Any], folder: Path, tmp_path: Path
) -> None:
    (folder / "broken.xml").write_bytes(b"<article>")
    outcome = run("build", folder, "--index", tmp_path / "index", "--report", tmp_path / "r.json")
    assert outcome.code == 1
    assert f"skipped {folder}/broken.xml: line 1" in outcome.err
    report = orjson.loads((tmp_path / "r.json").read_bytes())
    first, second = report["files"]
    assert first["xrefs"] + first["expanded"] == first["citations"] + sum(
        first["excluded"].values()
    )
    assert (first["xrefs"], first["expanded"], first["error"]) == (2, 1, None)
    assert "not well-formed XML" in second["error"]
    assert report["totals"]["citations"] == 3
    assert report["totals"]["skipped"] == 1


def test_build_reads_paths_from_standard_input(
    run: Callable[..., Any], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO(f"{folder}/a.xml\n"))
    outcome = run("build", "-", "--index", tmp_path / "index")
    assert "1 files: 1 read" in outcome.out


def test_ask_prints_ranked_statements_with_their_sources(
    run: Callable[..., Any], index: Path
) -> None:
    outcome = run("ask", "does EMT induce IL-6", "--index", index)
    assert outcome.code == 0
    assert "EMT induces IL-6 [1]." in outcome.out
    assert "A synthetic article" in outcome.out
    assert "doi:10.5555/test" in outcome.out
    assert "Cited work 1 (2001) doi:10.5555/cited.1" in outcome.out
    assert "Abstracts" in outcome.out
    assert "2 of 2 statements and 1 of 1 abstracts, from 1 of 1 papers" in outcome.out


@pytest.mark.parametrize("command", ["ask", "search"])
def test_explaining_tells_ranks_and_where_the_time_went(
    run: Callable[..., Any], index: Path, command: str
) -> None:
    outcome = run(command, "does EMT induce IL-6", "--index", index, "--explain")
    assert "dense 0." in outcome.out
    last = " ".join(outcome.out.splitlines()[-4:])
    assert re.search(r"[0-9.]+ ms: .*encode [0-9.]+, .*rows [0-9.]+.*, other [0-9.]+", last)


def test_verdict_is_printed_by_sides() -> None:
    import io

    from rich.console import Console

    from semsearch.answer.verdict import Evidence, decide
    from semsearch.cli.answers import print_verdict
    from semsearch.language.stance import Stance

    turned = [Evidence(id=f"r{n}", stance=Stance.REVERSED, paper=f"q{n}") for n in range(3)]
    weak = Evidence(id="s", stance=Stance.SUPPORTS, paper="p", weight=0.1)
    out = Console(file=io.StringIO(), width=100)
    print_verdict(out, decide([*turned, weak]))
    assert isinstance(out.file, io.StringIO)
    printed = out.file.getvalue()
    assert "Verdict: mixed" in printed
    assert "No more than mixed" in printed
    assert "1 statement supports (1 paper, 1 independent group)" in printed
    assert "3 statements say the opposite direction (3 papers, 3 independent groups)" in printed


@pytest.mark.parametrize(
    ("command", "key"),
    [
        (["ask", "EMT"], "statements"),
        (["search", "EMT"], "hits"),
        (["similar", "EMT"], "hits"),
        (["cite", "EMT induces IL-6 [CIT]."], "works"),
        (["info"], "counts"),
        (["verify"], "faults"),
        (["paper", "10.5555/test"], "statements"),
    ],
)
def test_json_is_one_object(
    run: Callable[..., Any], index: Path, command: list[str], key: str
) -> None:
    outcome = run(*command, "--index", index, "--json")
    assert outcome.code == 0, outcome.err
    assert key in orjson.loads(outcome.out)


def test_limit_is_kept(run: Callable[..., Any], index: Path) -> None:
    outcome = run("search", "EMT", "--index", index, "--limit", "1", "--json")
    assert len(orjson.loads(outcome.out)["hits"]) == 1


def test_similar_to_a_statement_by_its_id(run: Callable[..., Any], index: Path) -> None:
    hits = orjson.loads(run("search", "EMT induces", "--index", index, "--json").out)["hits"]
    first, second = (hit["statement"]["id"] for hit in hits)
    similar = orjson.loads(run("similar", first, "--index", index, "--json").out)["hits"]
    assert [hit["statement"]["id"] for hit in similar] == [second]


@pytest.mark.parametrize(("option", "value"), [("split", "day"), ("pool", "few")])
def test_an_evaluation_that_there_is_not_is_refused(
    run: Callable[..., Any], index: Path, option: str, value: str
) -> None:
    outcome = run("eval", "cite", index, f"--{option}", value)
    assert outcome.code == 2
    assert f"the {option} is '{value}', expected one of" in outcome.err


def test_an_evaluation_without_shared_works_says_so(run: Callable[..., Any], index: Path) -> None:
    for what, why in (("cite", "no citation that can be masked"), ("similar", "no statement")):
        outcome = run("eval", what, index)
        assert outcome.code == 1
        assert why in outcome.err


def test_cite_prints_works_with_the_statements_that_cite_them(
    run: Callable[..., Any], index: Path, tmp_path: Path
) -> None:
    (tmp_path / "mine.txt").write_text("10.5555/cited.2\n10.5555/unknown\nnothing here\n")
    outcome = run(
        "cite", "EMT induces IL-6 [CIT].", "--index", index, "--explain",
        "--bibliography", tmp_path / "mine.txt",
    )  # fmt: skip
    assert outcome.code == 0, outcome.err
    assert "Cited work 1\n    (2001). doi:10.5555/cited.1. cited by 1 paper\n" in outcome.out
    assert "EMT induces IL-6 [1]." in outcome.out
    assert "vote_best" in outcome.out
    assert "Cited work 2" not in outcome.out
    assert "neither holds nor cites 10.5555/unknown" in outcome.err
    assert "mine.txt line 3 is left out" in outcome.err


def test_check_prints_each_sentence_with_what_its_citations_lead_to(
    run: Callable[..., Any], index: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft, bib = tmp_path / "draft.md", tmp_path / "refs.bib"
    draft.write_text("EMT induces IL-6 [@one].\n\nIt rains [@nobody].\n")
    bib.write_text("@a{one, doi={10.5555/cited.1}}\n@a{open, title={never\n")
    command = ("check", draft, "--bibliography", bib, "--index", index)
    outcome = run(*command)
    assert outcome.code == 0, outcome.err
    assert "2 citing sentences, 2 citations of 1 known work" in outcome.out
    assert "line 1: EMT induces IL-6 [@one].\n" in outcome.out
    assert "one (2001) Cited work 1" in outcome.out
    assert "nobody (nowhere: no entry has the key nobody)" in outcome.out
    assert "refs.bib:2: not read: not readable as BibTeX" in outcome.err
    found = orjson.loads(run(*command, "--json").out)
    assert found["summary"]["by_status"]["known"] == 1
    assert run(*command, "--html", tmp_path / "check.html").code == 0
    assert "no entry has the key nobody" in (tmp_path / "check.html").read_text("utf-8")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(draft.read_bytes())))
    sent = orjson.loads(run("check", "-", "-b", bib, "--index", index, "--json").out)
    assert sent["sentences"] == found["sentences"]


def test_statement_and_paper_are_shown(run: Callable[..., Any], index: Path) -> None:
    hits = orjson.loads(run("search", "EMT", "--index", index, "--json").out)["hits"]
    shown = run("statement", hits[0]["statement"]["id"], "--index", index)
    assert "a.xml /article/body/sec/p" in shown.out
    assert "2 statements, 9 references" in run("paper", "10.5555/test", "--index", index).out


def test_remove_takes_a_paper_out(run: Callable[..., Any], index: Path) -> None:
    assert run("remove", "10.5555/test", "--index", index).code == 0
    assert "statements       0\n" in run("info", "--index", index).out


def test_verify_fails_on_a_damaged_index(run: Callable[..., Any], index: Path) -> None:
    path = index / "generations" / "000001" / "statements.faiss"
    path.write_bytes(path.read_bytes() + b"x")
    outcome = run("verify", "--index", index)
    assert outcome.code == 1
    assert "fault: " in outcome.out


@pytest.mark.parametrize(
    ("command", "code", "message"),
    [
        (["ask", ""], 2, "the question is empty"),
        (["ask", "?!"], 2, "holds no letter or digit"),
        (["ask", "a" * 2001], 2, "over the limit of 2,000"),
        (["ask", "EMT", "--limit", "0"], 2, "the limit is 0"),
        (["cite", "a [CIT] b [CIT]"], 2, "[CIT] 2 times"),
        (["cite", ""], 2, "the text is empty"),
        (["cite", "a", "--section", "preface"], 2, "the section is 'preface'"),
        (["cite", "a", "--year", "19"], 2, "expected four digits"),
        (["check", "--text", "Nothing."], 2, "the text cites nothing"),
        (["check"], 2, "expected one of both"),
        (["check", "/nowhere.md"], 1, "/nowhere.md cannot be read"),
        (["similar", "abcdefghij234567"], 2, "no statement abcdefghij234567"),
        (["paper", "10.5555/none"], 2, "no paper 10.5555/none"),
        (["remove", "10.5555/none"], 2, "no paper 10.5555/none"),
        (["build", "/nowhere/at/all"], 2, "/nowhere/at/all does not exist"),
        (["build", "{empty}"], 1, "the folder holds no file of a known format"),
        (["ask", "EMT", "--index", "{empty}"], 1, "holds no index"),
        (["info", "--index", "{empty}"], 1, "holds no index"),
        (["verify", "--index", "{empty}"], 1, "holds no index"),
        (["nonsense"], 2, "No such command"),
        (["build", "{empty}", "--recipe", "soup"], 2, "no recipe 'soup'"),
    ],
)
def test_wrong_request_gives_one_sentence_and_its_exit_code(
    run: Callable[..., Any],
    index: Path,
    tmp_path: Path,
    command: list[str],
    code: int,
    message: str,
) -> None:
    (tmp_path / "empty").mkdir()
    arguments = [part.replace("{empty}", str(tmp_path / "empty")) for part in command]
    where = [] if "--index" in arguments or command == ["nonsense"] else ["--index", str(index)]
    outcome = run(*arguments, *where)
    assert outcome.code == code
    assert message in outcome.err
    assert "Traceback" not in outcome.err


def test_unknown_setting_is_refused(
    run: Callable[..., Any], index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from semsearch.settings import settings

    monkeypatch.setenv("SEMSEARCH_LIMITS", "3")
    settings.cache_clear()
    try:
        outcome = run("ask", "EMT", "--index", index)
    finally:
        monkeypatch.delenv("SEMSEARCH_LIMITS")
        settings.cache_clear()
    assert outcome.code == 2
    assert "SEMSEARCH_LIMITS is not a setting" in outcome.err


def test_every_command_and_option_explains_itself(run: Callable[..., Any]) -> None:
    for command in app.registered_commands:
        shown = run(command.name, "--help").out
        assert len(shown.splitlines()) > 5
        assert command.callback is not None
        assert command.callback.__doc__


def test_version_is_printed(run: Callable[..., Any]) -> None:
    import semsearch

    assert run("--version").out.strip() == semsearch.__version__


@pytest.mark.parametrize("by", ["statement", "paper", "authors"])
def test_a_side_is_listed_whole_page_by_page(run: Callable[..., Any], demo: Path, by: str) -> None:
    asked = ("ask", "does EMT induce IL-6", "--index", demo)
    verdict = orjson.loads(run(*asked, "--json").out)["verdict"]
    count = verdict["counts"]["opposes"]
    listed: list[str] = []
    groups = 0
    more: tuple[str, ...] = ()
    while True:
        page = orjson.loads(
            run(*asked, "--side", "opposes", "--by", by, "-n", 3, *more, "--json").out
        )
        groups += len(page["groups"])
        listed += [one["id"] for group in page["groups"] for one in group["statements"]]
        if page["next"] is None:
            break
        more = ("--cursor", page["next"])
    assert sorted(listed) == sorted(count["ids"])
    wanted = {"statement": "statements", "paper": "papers", "authors": "author_groups"}
    assert groups == page["total_groups"] == count[wanted[by]]
    shown = run(*asked, "--side", "opposes", "--by", by, "-n", 3, "-f", "year=1990..").out
    assert "Only where year from 1990" in shown
    assert "opposes: " in shown
    assert re.search(r"next page: --cursor \S+", shown)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--by", "paper"), "--by is for --side"),
        (("--side", "left"), "the side is 'left', expected one of supports"),
        (("--side", "unrelated"), "the stance is 'unrelated'"),
        (("--side", "opposes", "--by", "colour"), "the grouping is 'colour'"),
        (("--side", "opposes", "--facet", "year"), "--facet is not for --side"),
        (("--side", "opposes", "--group"), "--group is not for --side"),
        (("--side", "opposes", "--explain"), "--explain is not for --side"),
        (("--side", "opposes", "--format", "csv"), "--format is not for --side"),
    ],
)
def test_a_side_that_cannot_be_listed_is_one_sentence(
    run: Callable[..., Any], index: Path, given: tuple[str, ...], said: str
) -> None:
    outcome = run("ask", "does EMT induce IL-6", "--index", index, *given)
    assert outcome.code == 2
    assert said in outcome.err
    assert outcome.err.count("\n") == 1


def test_examples_are_questions_that_the_index_answers(run: Callable[..., Any], demo: Path) -> None:
    lines = run("examples", "--index", demo).out.splitlines()
    assert lines == orjson.loads(run("examples", "--index", demo, "--json").out)["questions"]
    assert lines
    answer = orjson.loads(run("ask", lines[0], "--index", demo, "--json").out)
    assert answer["verdict"]["verdict"] != "unknown"


def test_corpus_is_counted(run: Callable[..., Any], demo: Path) -> None:
    data = orjson.loads(run("corpus", "--index", demo, "--json").out)
    assert data["info"]["folder"] == demo.name
    shown = run("corpus", "--index", demo).out
    for name, count in (("papers", "papers"), ("cited works", "cited_works")):
        assert re.search(rf"^{name} +{data['coverage'][count]:,}$", shown, re.M)
    for of in ("papers_by", "statements_by"):
        for counts in data[of].values():
            for one in counts["values"]:
                assert re.search(rf"^ *{one['count']:,}  {re.escape(one['value'])}$", shown, re.M)


def test_other_values_of_a_filtered_field_are_counted(run: Callable[..., Any], demo: Path) -> None:
    asked = ("search", "EMT", "--index", demo, "-f", "section=results", "--facet", "section")
    assert re.search(r"^section: results \d+$", run(*asked).out, re.M)
    assert re.search(r"^section: \w+ \d+, \w+ \d+", run(*asked, "--facet-alternatives").out, re.M)


def test_a_facet_that_is_named_twice_is_counted_once(
    run: Callable[..., Any], demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched = []

    def counted(*asked: Any) -> Any:
        searched.append(asked)
        return found_rows(*asked)

    monkeypatch.setattr(facets, "found_rows", counted)
    asked = ("search", "EMT", "--index", demo, "-f", "section=results", "--facet-alternatives")
    assert run(*asked, "--facet", "section", "--facet", "section").code == 0
    assert len(searched) == 1

"""What cannot be asked on the command line: exit code 2 and one sentence, or why nothing is found.

The same sentences as over HTTP are tested in ``tests/serve/test_bad_requests.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from semsearch.encode.recipe import StatementRecipe
from semsearch.index.build import Builder
from semsearch.parse.packages import ArticleFiles

MANY = "journal=" + "|".join(f"J{number}" for number in range(10_000))
Asked = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def index(
    tmp_path_factory: pytest.TempPathFactory,
    article: Callable[..., bytes],
    hashed_words: Callable[[], Any],
) -> Path:
    where = tmp_path_factory.mktemp("asked")
    body = (
        '<p>EMT induces IL-6 [<xref rid="B1">1</xref>]. Snail raises EMT'
        ' [<xref rid="B2">2</xref>].</p>'
    )
    (where / "a.xml").write_bytes(article(body))
    Builder(
        folder=where / "index",
        encoder=hashed_words(),
        recipe=StatementRecipe.TEXT,
        batch_tokens=256,
    ).build(ArticleFiles((where / "a.xml",), 10**6))
    return where / "index"


@pytest.fixture
def run(run: Asked, index: Path) -> Asked:
    return lambda *arguments: run(*arguments, "--index", index)


@pytest.mark.parametrize("command", ["search", "ask"])
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["EMT", "--filter", "sektion=results"], "there is no filter 'sektion', expected one of"),
        (["EMT", "--filter", "section=result"], "the filter section has 'result'"),
        (["EMT", "--filter", "year=3000"], "expected 1000 to 2100"),
        (["EMT", "--filter", "year=2015..2010"], "goes from 2015 back to 2010"),
        (["EMT", "--filter", "year=" + "1" * 5000], "the filter year has"),
        (["EMT", "--filter", "source_doi=abc"], "expected a DOI such as"),
        (["EMT", "--filter", "target_doi=10.5555/a' OR 1=1"], "expected a DOI such as"),
        (["EMT", "--filter", "journal=\x1b[0m"], "expected no control character"),
        (["EMT", "--filter", "journal=\udcff"], "expected no control character"),
        (["EMT", "--filter", MANY], "the filter has 10,000 values, expected at most 1,000"),
        (["EMT", "--filter", "{"], "is not JSON"),
        (["EMT", "--facet", "colour"], "the facet is 'colour', expected one of section"),
        (["EMT", "--mode", "colour"], "the mode is 'colour', expected one of hybrid"),
        (["EMT", "--fusion", "colour"], "the fusion is 'colour', expected one of convex"),
        (["EMT", "--rerank", "colour"], "the rerank is 'colour', expected one of learned"),
        (["EMT", "--sort", "colour"], "the sort is 'colour', expected one of relevance"),
        (["EMT", "--cursor", "x"], "'x' is no cursor"),
        (["EMT\x07"], "the control character U+0007 at character 4"),
        (["EMT\udcff"], "the control character U+DCFF at character 4"),
        (["doi:12345"], "doi:12345 at character 1 is no DOI"),
        (["author:*"], "author: at character 1 has no value"),
        (['"EMT induces'], "is not closed"),
    ],
)
def test_wrong_request_is_refused(
    run: Asked, command: str, arguments: list[str], message: str
) -> None:
    code, out, err = run(command, *arguments)
    assert code == 2
    assert message in err
    assert err.startswith("semsearch: ")
    assert err.count("\n") == 1
    assert out == ""


def test_pasted_text_with_control_characters_is_refused(run: Asked) -> None:
    for text in ("EMT\x00", "EMT\udcff"):
        code, _, err = run("similar", text)
        assert code == 2
        assert "the control character U+" in err


@pytest.mark.parametrize(
    ("filters", "reason"),
    [
        (["journal=Nature"], "nothing in the index has this: journal is Nature"),
        (["year=2020", "year=2019"], "nothing in the index has this: year is 2019"),
        (["year=2020", "-year=2020"], "nothing in the index has this: not (year is 2020)"),
        (
            ["target_doi=10.5555/cited.1", "-target_doi=10.5555/cited.1"],
            "each of these holds for something in the index, but never together",
        ),
    ],
)
def test_nothing_is_found_and_the_reason_is_printed(
    run: Asked, filters: list[str], reason: str
) -> None:
    given = [part for one in filters for part in ("--filter", one)]
    code, out, _ = run("search", "EMT", *given)
    assert code == 0
    assert f"Nothing: {reason}" in " ".join(out.split())
    code, out, _ = run("ask", "does EMT induce IL-6", *given, "--json")
    answer = orjson.loads(out)
    assert code == 0
    assert answer["empty_because"].startswith(reason)
    assert answer["verdict"]["verdict"] == "unknown"
    assert answer["statements"] == []


def test_injected_syntax_is_text(run: Asked) -> None:
    code, out, _ = run("search", "EMT) OR 1=1; DROP TABLE statements; --", "--json")
    assert code == 0
    assert orjson.loads(out)["total"] == 2
    code, out, _ = run("info", "--json")
    assert orjson.loads(out)["counts"]["statements"] == 2
    for command in ("paper", "statement"):
        code, _, err = run(command, "' OR 1=1 --")
        assert code == 2
        assert "the index holds no" in err


@pytest.mark.parametrize("verb", ["paper", "statement"])
def test_name_that_is_no_text_is_refused(run: Asked, verb: str) -> None:
    code, _, error = run(verb, "10.5555/\udcff")
    assert code == 2
    assert "control character U+DCFF at character 9" in error

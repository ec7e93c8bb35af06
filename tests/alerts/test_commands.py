"""``semsearch alerts`` and ``semsearch diff``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

from semsearch.__main__ import main
from semsearch.alerts import Ledger
from semsearch.search import Searcher
from tests.alerts.conftest import AGAINST, FOR, QUESTION, World

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command on the index: exit code, output, errors."""
    real = Searcher.__init__

    def opened(self: Searcher, *arguments: Any, **named: Any) -> None:
        real(self, *arguments, **{**named, "encoder": world.encoder()})

    monkeypatch.setattr(Searcher, "__init__", opened)

    def command(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main([*words, "--index", str(world.index)])
        told = capsys.readouterr()
        return int(end.value.code or 0), told.out, told.err

    return command


def test_check_prints_what_is_new_once(world: World, run: Run) -> None:
    world.publish()
    code, out, err = run("alerts", "add", QUESTION, "--name", "mine")
    assert (code, err) == (0, "saved, with 1 statements now\n")
    identity = out.strip()
    assert run("alerts", "check") == (0, "", "")
    world.say("two", AGAINST)
    world.publish()
    code, out, err = run("alerts", "check")
    assert (code, err) == (0, "")
    assert out.startswith("mine: verdict now mixed (was probably), the first statement against")
    assert "  The first against (opposes): “EMT does not induce IL-6 [1].”" in out
    assert run("alerts", "check") == (0, "", "")
    code, out, _ = run("alerts", "list")
    assert out.startswith(f"{identity}  question  mine  looked ")
    assert out.endswith("at generation 2  2 statements  verdict mixed\n")
    assert run("alerts", "remove", identity)[:2] == (0, f"{identity} is removed\n")
    assert run("alerts", "list") == (0, "", "")
    assert run("alerts", "remove", identity)[0] == 2


def test_json_is_what_http_gives(world: World, run: Run) -> None:
    world.publish()
    code, out, _ = run(
        "alerts", "add", "10.5555/cited.1", "--report", "-f", "source_doi=10.5555/two", "--json"
    )
    assert code == 0
    assert orjson.loads(out)["search"]["options"]["filter"] == {"source_doi": ["10.5555/two"]}
    world.say("two", FOR)
    world.publish()
    _, out, _ = run("alerts", "check", "--json")
    found = orjson.loads(out)
    assert found["failures"] == []
    assert found["news"][0]["news"]["changes"]["new"][0]["doi"] == "10.5555/two"
    assert [one["statements"] for one in orjson.loads(run("alerts", "list", "--json")[1])] == [1]


def test_output_that_was_not_written_is_printed_again(
    world: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.publish()
    run("alerts", "add", QUESTION)
    world.say("two", AGAINST)
    world.publish()

    def broken(*_: object, **__: object) -> None:
        raise BrokenPipeError

    with monkeypatch.context() as patch:
        patch.setattr("semsearch.cli.alerts._print", broken)
        patch.setattr("sys.stderr.close", lambda: None)
        run("alerts", "check")
    assert "the first statement against" in run("alerts", "check")[1]


def test_what_cannot_be_delivered_is_exit_code_1_and_told_again(
    world: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from semsearch.settings import settings

    world.publish()
    run("alerts", "add", QUESTION, "--name", "mine")
    world.say("two", AGAINST)
    world.publish()
    monkeypatch.setenv("SEMSEARCH_WEBHOOK_URL", "http://127.0.0.1:9/")
    monkeypatch.setenv("SEMSEARCH_WEBHOOK_SECRET", "whsec_" + "QUJD" * 8)
    settings.cache_clear()
    try:
        for _ in range(2):
            code, out, err = run("alerts", "send", "--webhook")
            assert (code, out) == (1, "webhook: 0 delivered\n")
            assert err.startswith("semsearch: mine: the host 127.0.0.1 has the address 127.0.0.1,")
        monkeypatch.delenv("SEMSEARCH_WEBHOOK_URL")
        settings.cache_clear()
        assert run("alerts", "send", "--webhook")[0] == 2
        assert run("alerts", "send", "--mail")[0] == 2
        assert run("alerts", "send")[0] == 2
    finally:
        monkeypatch.undo()
        settings.cache_clear()


@pytest.mark.parametrize(
    "words",
    [
        ("add", QUESTION, "--without-retracted"),
        ("add", QUESTION, "--query", "x"),
        ("add", "10.5555/one", "--report", "--limit", "3"),
        ("add", QUESTION, "--mode", "guess"),
        ("add", QUESTION, "--filter", "nothing"),
        ("add", "nothing", "--report"),
        ("add", ""),
    ],
)
def test_wrong_words_are_exit_code_2(world: World, run: Run, words: tuple[str, ...]) -> None:
    world.publish()
    code, out, err = run("alerts", *words)
    assert (code, out) == (2, "")
    assert err.count("\n") == 1
    assert Ledger(world.index).listed() == []


def test_folder_without_an_index_is_exit_code_1(run: Run) -> None:
    for words in (("alerts", "list"), ("alerts", "check"), ("diff", QUESTION, "--since", "1")):
        code, _, err = run(*words)
        assert code == 1
        assert "no index" in err


def test_diff_is_printed(world: World, run: Run) -> None:
    world.say("two", FOR)
    world.publish()
    world.say("three", AGAINST)
    world.publish()
    world.remove("two")
    code, out, _ = run("diff", QUESTION, "--since", "1")
    assert code == 0
    assert out.splitlines()[2:4] == ["verdict: yes, now mixed", "come: 1 of 2 statements"]
    assert "  + opposes: “EMT does not induce IL-6 [1].” — Authorthree (2020)" in out
    assert "gone: 1\n  - supports: “EMT induces IL-6 [1].” — Authortwo" in out
    code, out, _ = run("diff", "salt", "--since", "2", "--json")
    assert orjson.loads(out)["gone"] is None
    assert run("diff", QUESTION, "--since", "7")[0] == 2

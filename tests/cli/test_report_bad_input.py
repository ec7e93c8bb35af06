"""Names, lists and files that come as they come: reports and tallies on the command line.

What the same names and lists get over HTTP is in ``tests/serve/test_report_bad_input.py``.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import orjson
import pytest

from semsearch.classify.model import HASH_FILE, MODEL_FILE, read_model
from semsearch.store.database import Database

HELD, CITED = "10.5555/a(b)1;c<d", "10.5555/only.cited"
Run = Callable[..., tuple[int, str, str]]


@pytest.mark.parametrize(
    "name",
    [
        HELD,
        HELD.upper(),
        f"doi:{HELD}",
        f"DOI: {HELD}",
        f"https://doi.org/{HELD}",
        f"http://dx.doi.org/{HELD.upper()}",
        "10.5555%2Fa%28b%291%3Bc%3Cd",
        "https://doi.org/10.5555%2FA(B)1;C%3CD",
    ],
)
def test_a_doi_is_taken_in_every_spelling(run: Run, reported: Path, name: str) -> None:
    code, out, _ = run("report", name, "--json", "--index", reported)
    assert code == 0
    assert orjson.loads(out)["work"]["doi"] == HELD


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("10.5555/only.citad", CITED),
        ("https://doi.org/10.5555%2FONLY.CITAD", CITED),
        ("10.9999/there.is.nothing.like.it", None),
        ("", None),
        ("no identifier at all", None),
    ],
)
def test_an_unknown_work_is_refused_with_the_nearest_known(
    run: Run, reported: Path, name: str, near: str | None
) -> None:
    code, out, err = run("report", name, "--index", reported)
    assert (code, out) == (2, "")
    assert err.startswith("semsearch: the index neither holds nor cites ")
    assert err.count("\n") == 1
    assert (f"; the nearest known are {near}" in err) if near else ("nearest" not in err)


def test_a_damaged_list_is_read_as_far_as_it_goes(run: Run, reported: Path, tmp_path: Path) -> None:
    path = tmp_path / "refs.bib"
    path.write_text(
        f"@article{{one, doi={{{CITED}}}}}\n"
        "@article{broken, title={never closed, doi={10.5555/two}\n"
        f"@article{{one, doi={{{HELD}}}}}\n"
        "@article{last, doi={10.5555/three}"
    )
    code, out, err = run("tallies", path, "--json", "--index", reported)
    assert code == 1
    assert [one["name"] for one in orjson.loads(out)["references"]] == [CITED]
    assert err.splitlines() == [
        "refs.bib:2: broken skipped: not readable as BibTeX",
        "refs.bib:3: one skipped: the key one stands at line 1 already",
        "refs.bib:4: last skipped: not readable as BibTeX",
    ]


def test_a_list_may_be_longer_than_a_request(run: Run, reported: Path, tmp_path: Path) -> None:
    path = tmp_path / "refs.txt"
    path.write_text("".join(f"10.5555/{number}\n" for number in range(1000)) + f"{CITED}\n")
    code, out, _ = run("tallies", path, "--json", "--index", reported)
    found = orjson.loads(out)
    assert (code, len(found["references"]), found["unknown"]) == (0, 1001, 1000)


def test_an_article_that_gives_two_references_one_key_is_read(
    run: Run, tmp_path: Path, article: Callable[..., bytes]
) -> None:
    one = (
        '<ref id="B1"><element-citation><article-title>{0}</article-title>'
        '<pub-id pub-id-type="doi">10.5555/{0}</pub-id></element-citation></ref>'
    )
    body = '<p>It holds [<xref rid="B1">1</xref>].</p>'
    path = tmp_path / "a.xml"
    path.write_bytes(article(body, refs=one.format("first") + one.format("second")))
    assert run("build", path, "--index", tmp_path / "i")[0] == 0
    code, out, _ = run("report", "10.5555/first", "--json", "--index", tmp_path / "i")
    assert (code, orjson.loads(out)["tally"]["total"]) == (0, 1)
    code, out, _ = run("report", "10.5555/second", "--json", "--index", tmp_path / "i")
    assert (code, orjson.loads(out)["tally"]["total"]) == (0, 0)
    assert run("verify", "--index", tmp_path / "i")[0] == 0


def test_authors_without_given_names_are_shown_by_what_they_have(
    run: Run, tmp_path: Path, article: Callable[..., bytes]
) -> None:
    name = "<name><surname>{}</surname></name>"
    refs = (
        '<ref id="B1"><element-citation><person-group>'
        f"{name.format('Aristotle')}</person-group><article-title>On animals</article-title>"
        '<year>2001</year><pub-id pub-id-type="doi">10.5555/old</pub-id></element-citation></ref>'
    )
    front = (
        f'<contrib-group><contrib contrib-type="author">{name.format("Aristotle")}</contrib>'
        f'<contrib contrib-type="author">{name.format("Plato")}</contrib></contrib-group>'
    )
    path = tmp_path / "a.xml"
    path.write_bytes(article('<p>It is old [<xref rid="B1">1</xref>].</p>', refs=refs, front=front))
    index = tmp_path / "i"
    assert run("build", path, "--index", index)[0] == 0
    code, out, _ = run("report", "10.5555/old", "--index", index)
    assert code == 0
    assert out.startswith("Aristotle (2001). On animals. doi:10.5555/old")
    assert "Aristotle and Plato (2020)" in out
    assert "shares the name of an author: by name" in " ".join(out.split())
    run("report", "10.5555/old", "--html", tmp_path / "r.html", "--index", index)
    page = (tmp_path / "r.html").read_text("utf-8")
    assert "<p>Aristotle</p>" in page
    assert "None" not in page


def test_a_damaged_model_of_citation_types_is_refused_by_its_hash_and_loses_nothing(
    run: Run, tmp_path: Path, article: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = Path(str(files("semsearch.classify") / "data"))
    copy = tmp_path / "model"
    copy.mkdir()
    for name in (MODEL_FILE, HASH_FILE):
        shutil.copy(shipped / name, copy / name)
    content = bytearray((copy / MODEL_FILE).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / MODEL_FILE).write_bytes(content)
    path, index = tmp_path / "a.xml", tmp_path / "i"
    path.write_bytes(article('<p>It holds [<xref rid="B1">1</xref>].</p>'))
    with monkeypatch.context() as damaged:
        damaged.setattr("semsearch.index.citation_types.shipped_model", lambda: read_model(copy))
        code, out, err = run("build", path, "--index", index)
    assert (code, out) == (1, "")
    assert f"{copy / MODEL_FILE} is damaged: its SHA-256 is " in err
    assert err.count("\n") == 1
    assert run("info", "--index", index)[0] == 1  # nothing was published
    code, out, err = run("build", path, "--index", index)
    assert code == 0, err
    database = Database(index / "store.sqlite", read_only=True)
    assert {row["type"] for row in database.read("SELECT type FROM citations")} == {"mentioning"}
    database.close()

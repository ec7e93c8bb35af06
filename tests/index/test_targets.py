"""Targets are papers: references to one work, however they are given, lead to one target."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from semsearch.index.linking import resolve_targets
from semsearch.index.targets import Linked, link
from semsearch.parse.jats import read_jats
from semsearch.progress import Quiet
from semsearch.records import Author, Paper, Reference, Source
from semsearch.store.cited import citations_to
from semsearch.store.database import Database
from semsearch.store.names import work_ids
from semsearch.store.reading import citations
from semsearch.store.resolving import JoinMethod
from semsearch.store.works import count_works, entry_counts, nearest_works, references_of, works
from semsearch.store.writing import FileRecord, remove_paper, write_document

TITLE = "Salt stress alters the ion balance of invented barley roots"
ANA = (Author(family="Maresti", given="Ana"), Author(family="Wrenfield", given="Bo"))


def ref(paper: str = "p1", key: str = "B1", **parts: Any) -> Reference:
    """A reference to the made work; parts are changed or, with None, left out."""
    said: dict[str, object] = {
        "label": None, "doi": None, "pmid": None, "pmcid": None, "arxiv": None, "title": TITLE,
        "year": 2014, "journal": "J. Invent. Bot.", "authors": ANA, "raw": "",
    }  # fmt: skip
    return Reference(paper=paper, key=key, **(said | parts))  # type: ignore[arg-type]


def paper(identity: str, **parts: object) -> Paper:
    said: dict[str, object] = {
        "doi": None, "pmid": None, "pmcid": None, "title": TITLE, "abstract": (), "year": 2014,
        "journal": None, "publisher": None, "publication_types": (), "authors": ANA,
        "license": None, "notices": (),
        "source": Source(package="/x.xml", member=None, sha256="0" * 64, format="jats"),
    }  # fmt: skip
    return Paper(id=identity, **(said | parts))  # type: ignore[arg-type]


def targets(linked: Linked) -> list[str]:
    """The work of each reference, in the order of paper and key."""
    return [one.work for one in linked.resolutions]


@pytest.mark.parametrize(
    "other",
    [
        {"title": TITLE.upper()},
        {"title": TITLE + "."},
        {"title": TITLE.replace("balance", "balanxe")},
        {"title": TITLE.replace("barley roots", "barleyroots")},
        {"year": 2015},
        {"year": None},
        {"authors": ()},
        {"authors": (Author(family="Maresty", given="A."), Author(family="et al."))},
        {"pmid": "77"},
        {"title": TITLE + ": a field study"},
    ],
)
def test_another_spelling_without_a_doi_leads_to_the_work_with_one(other: dict[str, Any]) -> None:
    linked = link([], [ref("p1", doi="10.5555/salt"), ref("p2", **other)])
    assert targets(linked) == ["doi:10.5555/salt"] * 2
    assert linked.resolutions[1].method is JoinMethod.TITLE
    assert 0.9 <= linked.resolutions[1].score <= 1.0


@pytest.mark.parametrize(
    "other",
    [
        {"title": TITLE.replace("Salt", "Heat")},
        {"title": TITLE + " II", "year": 2014},
        {"year": 2017},
        {"authors": (Author(family="Quillon", given="C."),)},
        {"doi": "10.5555/other"},
    ],
)
def test_another_work_is_kept_apart(other: dict[str, Any]) -> None:
    linked = link([], [ref("p1", doi="10.5555/salt"), ref("p2", **other)])
    assert len(set(targets(linked))) == 2


def test_identifiers_of_several_references_are_joined() -> None:
    linked = link(
        [],
        [
            ref("p1", doi="10.5555/salt", title=None),
            ref("p2", doi="10.5555/salt", pmid="77", title=None),
            ref("p3", pmid="77", pmcid="PMC8", title=None),
            ref("p4", pmcid="PMC8", title=None),
        ],
    )
    assert targets(linked) == ["doi:10.5555/salt"] * 4
    assert linked.names["pmcid:PMC8"] == "doi:10.5555/salt"


def test_a_number_that_joins_two_dois_joins_neither_and_is_reported() -> None:
    linked = link(
        [],
        [
            ref("p1", doi="10.5555/a", pmid="77"),
            ref("p2", doi="10.5555/b", pmid="77", title="Quite another work on rice leaves"),
        ],
    )
    assert targets(linked) == ["doi:10.5555/a", "doi:10.5555/b"]
    assert {(c.one, c.other) for c in linked.conflicts} == {
        ("doi:10.5555/a", "pmid:77"),
        ("doi:10.5555/b", "pmid:77"),
    }


def test_the_better_attested_of_two_joins_wins() -> None:
    linked = link(
        [],
        [
            ref("p1", doi="10.5555/a", pmid="77"),
            ref("p2", doi="10.5555/a", pmid="77"),
            ref("p3", doi="10.5555/b", pmid="77", title="Quite another work on rice leaves"),
            ref("p4", pmid="77", title=None),
        ],
    )
    assert targets(linked)[3] == "doi:10.5555/a"
    assert [(c.one, c.other) for c in linked.conflicts] == [("doi:10.5555/b", "pmid:77")]


def test_a_doi_given_for_quite_another_work_is_not_believed() -> None:
    other: dict[str, Any] = {
        "title": "Rice leaves after a frost in made-up valleys",
        "authors": (Author(family="Quillon"),),
    }
    said = [ref("p1", doi="10.5555/a"), ref("p2", doi="10.5555/a")]
    linked = link([], [*said, ref("p3", doi="10.5555/a", **other)])
    assert targets(linked)[:2] == ["doi:10.5555/a"] * 2
    assert targets(linked)[2].startswith("work:")
    assert [c.reason.value for c in linked.conflicts] == ["wrong"]


def test_a_wrong_doi_does_not_draw_in_those_who_name_the_work_without_it() -> None:
    first: dict[str, Any] = {
        "title": "Inference of made-up structure",
        "authors": (Author(family="Pell"),),
    }
    later: dict[str, Any] = {"title": "Inference of made-up structure: null cases", "year": 2021}
    linked = link(
        [],
        [
            ref("p1", doi="10.5555/later", **first),
            ref("p2", doi="10.5555/later", **later),
            *(ref(f"p{n}", **first) for n in range(3, 7)),
        ],
    )
    assert len({targets(linked)[n] for n in (0, 2, 3, 4, 5)}) == 1
    assert targets(linked)[0] != targets(linked)[1] == "doi:10.5555/later"


def test_neighbouring_years_make_no_chain_of_works_without_identifiers() -> None:
    years = [2001, 2001, 2002, 2003, 2004]
    linked = link([], [ref(f"p{n}", year=year) for n, year in enumerate(years)])
    found = targets(linked)
    assert found[0] == found[1] == found[2]
    assert found[3] == found[4] != found[0]


def test_a_reference_without_a_year_joins_no_two_years_that_are_apart() -> None:
    linked = link([], [ref("p1"), ref("p2", year=None), ref("p3", year=2019)])
    assert targets(linked)[0] != targets(linked)[2]


def test_years_beside_that_of_an_identified_work_lead_to_it_and_later_ones_do_not() -> None:
    named = [ref(f"p{n}", doi="10.5555/salt") for n in range(3)]
    rest = [ref(f"p{year}", year=year) for year in (2013, 2015, 2016)]
    found = targets(link([], [*named, *rest]))
    assert found[:5] == ["doi:10.5555/salt"] * 5
    assert found[5].startswith("work:")


@pytest.mark.parametrize(
    ("raw", "year"),
    [
        ("Maresti A (2014) {}. Vienna. https://ion.example/2009. Accessed 7 Feb 2019", 2014),
        ("Maresti A. {}. Vienna; 2014. Available from https://ion.example, cited 2019.", 2014),
        ("Maresti A. {}. https://ion.example (2014).", 2014),
        ("Maresti A. {}. J Invent Bot 2011;8:1990-1999. doi:10.5555/2019", 1999),
        ("Maresti A. {}. https://ion.example 2014.", 2014),
    ],
)
def test_year_of_an_entry_in_one_run_is_not_that_of_its_last_reading(raw: str, year: int) -> None:
    bare = ref("p1", title=None, year=None, journal=None, authors=(), raw=raw.format(TITLE))
    linked = link([], [bare, ref("p2", doi="10.5555/salt", year=year)])
    assert targets(linked) == ["doi:10.5555/salt"] * 2
    far = link([], [bare, ref("p2", doi="10.5555/salt", year=year + 2)])
    assert len(set(targets(far))) == 2


@pytest.mark.parametrize("title", ["J Invent Bot", "Salt in roots"])
def test_one_shared_author_does_not_join_works_of_a_title_that_many_have(title: str) -> None:
    one = ref("p1", title=title, journal=None, authors=ANA)
    other = ref("p2", title=title, journal=None, authors=ANA[::-1])
    assert len(set(targets(link([], [one, other])))) == 2


def test_a_doi_beside_a_half_alike_title_of_other_authors_is_not_believed() -> None:
    other = ref(
        "p3",
        doi="10.5555/a",
        title="Frost lowers the yield of invented maize in made up valleys",
        authors=(Author(family="Quillon"),),
    )
    linked = link([], [ref("p1", doi="10.5555/a"), ref("p2", doi="10.5555/a"), other])
    assert targets(linked)[:2] == ["doi:10.5555/a"] * 2
    assert targets(linked)[2].startswith("work:")


def test_a_title_is_told_as_most_spell_it_and_never_by_signs_alone() -> None:
    spelt = [TITLE, TITLE.upper(), "“" + TITLE + ",” in", "“" + TITLE + ",” in"]
    said = [ref(f"p{n}", doi="10.5555/salt", title=one) for n, one in enumerate(spelt)]
    more = [ref(f"q{n}", doi="10.5555/salt", title=TITLE.title()) for n in range(2)]
    (work,) = link([], [*said, *more]).works
    assert work.title == TITLE.title()
    (blank,) = link([], [ref("p1", doi="10.5555/salt", title=",")]).works
    assert blank.title is None


@pytest.mark.parametrize("title", ["Editorial", "Introduction", "Salt in roots"])
def test_generic_titles_need_more_than_title_author_and_year(title: str) -> None:
    raw = f"{title}. J. Invent. Bot. 2014 12:301-309"
    one = ref("p1", doi="10.5555/a", title=title, journal="J. Invent. Bot.", raw=raw)
    far = ref("p2", title=title, journal="Acta Ficta", raw=f"{title}. Acta Ficta. 2014 3:55-57")
    assert len(set(targets(link([], [one, far])))) == 2
    raw = f"Maresti A. {title}. J. Invent. Bot. 2014 12:301-309."
    near = [ref("p1", doi="10.5555/a", title=title, raw=raw), ref("p2", title=title, raw=raw)]
    assert len(set(targets(link([], near)))) == 1


def test_volume_and_page_lead_a_reference_without_title_to_its_work() -> None:
    raw = "Maresti A., Wrenfield B., J. Invent. Bot. 2014, 12, 301."
    linked = link(
        [],
        [
            ref("p1", doi="10.5555/salt", raw=f"Maresti A. {TITLE}. J. Invent. Bot. 2014 12:301."),
            ref("p2", title=None, raw=raw),
        ],
    )
    assert targets(linked) == ["doi:10.5555/salt"] * 2
    assert linked.resolutions[1].method is JoinMethod.PLACE


def test_title_is_found_in_an_entry_without_marked_parts() -> None:
    raw = f"Maresti A, Wrenfield B. {TITLE}. J Invent Bot. 2014;12(3):301-9."
    bare = ref("p2", title=None, year=None, journal=None, authors=(), raw=raw)
    assert targets(link([], [ref("p1", doi="10.5555/salt"), bare])) == ["doi:10.5555/salt"] * 2


def test_a_paper_of_the_corpus_is_a_target_and_speaks_for_itself() -> None:
    held = paper("pmid:77", pmid="77", title=TITLE)
    linked = link(
        [held], [ref("p1", doi="10.5555/salt", pmid="77", title=TITLE.lower()), ref("p2")]
    )
    assert targets(linked) == ["pmid:77"] * 2
    assert [(w.id, w.doi, w.title, w.in_corpus) for w in linked.works] == [
        ("pmid:77", "10.5555/salt", TITLE, True)
    ]


def test_unlinked_work_in_two_papers_is_one_target_and_saying_nothing_is_none() -> None:
    nothing: dict[str, Any] = {
        "title": None,
        "authors": (),
        "year": None,
        "journal": None,
        "raw": "Ibid.",
    }
    linked = link([], [ref("p1"), ref("p2", title=TITLE.upper()), ref("p3", **nothing)])
    assert len(set(targets(linked))) == 1
    assert targets(linked)[0].startswith("work:")
    assert linked.counts.without == 1
    alone = link([], [ref("p9")])
    assert targets(alone)[0] == targets(linked)[0]
    assert alone.resolutions[0].method is JoinMethod.ALONE


def test_metadata_is_what_most_references_say_with_the_longest_list_of_authors() -> None:
    short = (ANA[0], Author(family="et al"))
    said = [ref(f"p{n}", doi="10.5555/salt", authors=short) for n in range(3)]
    odd = ref("p8", doi="10.5555/salt", title=TITLE.replace("Salt", "Sal"), year=2013)
    (work,) = link([], [*said, odd]).works
    assert (work.title, work.year, work.authors) == (TITLE, 2014, ANA)


WORDS = "salt heat drought barley rice wheat root leaf stem growth balance yield".split()


@st.composite
def lists(draw: st.DrawFn) -> list[Reference]:
    """Small reference lists on few works, with typing errors and missing or wrong parts."""
    made: list[Reference] = []
    for number in range(draw(st.integers(2, 12))):
        work = draw(st.integers(0, 3))
        words = [WORDS[(work * 5 + n) % len(WORDS)] for n in range(3 + work * 2)]
        title: str | None = " ".join(words)
        change = draw(st.sampled_from(["none", "upper", "drop", "missing", "part"]))
        if change == "upper":
            title = title.upper() if title else None
        elif change == "drop" and title:
            place = draw(st.integers(1, len(title) - 1))
            title = title[:place] + title[place + 1 :]
        elif change == "missing":
            title = None
        elif change == "part":
            title = f"{title} {draw(st.sampled_from(['i', 'ii', '3']))}"
        made.append(
            ref(
                f"p{number % 4}",
                f"B{number}",
                title=title,
                doi=draw(st.sampled_from([None, f"10.5555/{work}", "10.5555/9"])),
                pmid=draw(st.sampled_from([None, str(work + 1), "9"])),
                year=draw(st.sampled_from([None, 2014, 2015])),
                authors=draw(st.sampled_from([(), ANA, ANA[1:]])),
            )
        )
    return made


@given(lists(), st.integers(0, 1000))
@settings(max_examples=150, deadline=None)
def test_outcome_does_not_depend_on_order_and_never_joins_two_dois(
    made: list[Reference], seed: int
) -> None:
    held = [paper("doi:10.5555/1", doi="10.5555/1", title="rice wheat root leaf stem")]
    linked = link(held, made)
    mixed = random.Random(seed).sample(made, len(made))  # noqa: S311 - an order, not a secret
    again = link(held, mixed)
    assert again.works == linked.works
    assert again.resolutions == linked.resolutions
    assert (again.names, again.conflicts) == (linked.names, linked.conflicts)
    dois: dict[str, set[str]] = defaultdict(set)
    listed = {(one.paper, one.key): one for one in made}
    for one in linked.resolutions:
        doi = listed[one.paper, one.key].doi
        if doi and one.method is JoinMethod.IDENTIFIER:
            dois[one.work].add(doi)
    assert all(len(found) == 1 for found in dois.values())
    assert len(linked.resolutions) + linked.counts.without == len(made)
    assert {r.work for r in linked.resolutions} <= {w.id for w in linked.works}


ARTICLE = """<article article-type="research-article"><front><journal-meta><journal-title-group>
<journal-title>Journal of Invented Botany</journal-title></journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="doi">{doi}</article-id><title-group><article-title>
{title}</article-title></title-group><contrib-group><contrib contrib-type="author"><name>
<surname>Maresti</surname><given-names>Ana</given-names></name></contrib></contrib-group>
<pub-date><year>2020</year></pub-date></article-meta></front><body><p>Salt is harmful
[<xref ref-type="bibr" rid="B1">1</xref>].</p></body><back><ref-list><ref id="B1">
<element-citation><person-group><name><surname>Maresti</surname><given-names>A</given-names></name>
</person-group><article-title>{cited}</article-title><source>J Invent Bot</source>
<year>2014</year>{ids}</element-citation></ref></ref-list></back></article>"""
DOI = '<pub-id pub-id-type="doi">10.5555/salt(1)x</pub-id>'


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(tmp_path / "store.sqlite")
    yield opened
    opened.close()


def write(database: Database, number: int, cited: str = TITLE, ids: str = "") -> str:
    text = ARTICLE.format(
        doi=f"10.5555/citing.{number}", title=f"Study {number}", cited=cited, ids=ids
    )
    document = read_jats(text.encode(), package=f"/{number}.xml")
    record = FileRecord(
        name=f"/{number}.xml", package=f"/{number}.xml", member=None, reader="jats 1", error=None,
        sha256=document.paper.source.sha256, paper=document.paper.id,
        statements=len(document.statements), account=document.account,
    )  # fmt: skip
    write_document(database, document, record, generation=0)
    return document.paper.id


def state(database: Database) -> list[object]:
    tables = ("works", "work_names", "resolutions", "link_conflicts", "citations")
    return [tuple(row) for name in tables for row in database.read(f"SELECT * FROM {name}")]  # noqa: S608


def test_store_holds_one_target_found_by_any_spelling_of_its_doi(database: Database) -> None:
    for number, ids in enumerate(("", DOI, '<pub-id pub-id-type="pmid">77</pub-id>')):
        write(database, number, TITLE.upper() if number == 2 else TITLE, ids)
    resolve_targets(database, Quiet())
    for name in (
        "10.5555/salt(1)x", "doi:10.5555/SALT(1)X", "https://doi.org/10.5555/salt(1)x",
        "10.5555%2Fsalt%281%29x", "77", "PMID: 77", "doi: 10.5555/salt(1)x",
    ):  # fmt: skip
        assert work_ids(database, [name]) == {name: "doi:10.5555/salt(1)x"}
    (work,) = works(database, ["doi:10.5555/salt(1)x", "doi:10.5555/unknown"]).values()
    assert (work.doi, work.pmid, work.in_corpus) == ("10.5555/salt(1)x", "77", False)
    found = citations_to(database, "doi:10.5555/salt(1)x")
    assert [one.paper for one in found] == [f"doi:10.5555/citing.{n}" for n in range(3)]
    assert all(one.self_citation and one.journal_sc for one in found)
    assert work_ids(database, ["10.5555/unknown"]) == {"10.5555/unknown": None}
    assert entry_counts(database, [work.id, "doi:10.5555/citing.0"]) == {work.id: 3}
    assert [w.doi for w in nearest_works(database, "10.5555/salt(2)x")] == ["10.5555/salt(1)x"]
    assert nearest_works(database, "10.9999/nothing.of.the.kind") == []


def test_works_are_made_again_when_papers_change_and_only_then(database: Database) -> None:
    write(database, 1, ids=DOI)
    second = write(database, 2)
    resolve_targets(database, Quiet())
    once = state(database)
    resolve_targets(database, Quiet())
    assert state(database) == once
    write(database, 2)  # a paper that is read again has lost its targets
    assert state(database) != once
    resolve_targets(database, Quiet())
    assert state(database) == once
    remove_paper(database, second, generation=1)
    resolve_targets(database, Quiet())
    assert [one.paper for one in citations_to(database, "doi:10.5555/salt(1)x")] == [
        "doi:10.5555/citing.1"
    ]
    assert count_works(database)["works"] == 2
    remove_paper(database, "doi:10.5555/citing.1", generation=1)
    resolve_targets(database, Quiet())
    assert count_works(database)["works"] == 0


def test_citations_add_up_over_targets(database: Database) -> None:
    ids = [write(database, n, cited=title) for n, title in enumerate((TITLE, "x", TITLE, "Rice"))]
    resolve_targets(database, Quiet())
    total = database.read("SELECT count(*) FROM citations")[0][0]
    per = database.read("SELECT target, count(*) AS n FROM citations GROUP BY target")
    assert sum(row["n"] for row in per) == total == 4
    for row in database.read("SELECT id FROM works WHERE NOT in_corpus"):
        cited = citations_to(database, row["id"])
        assert len(cited) == next(r["n"] for r in per if r["target"] == row["id"])
    led = [one.resolution.work if one.resolution else None for p in ids
           for one in references_of(database, p)]  # fmt: skip
    held = [c.target for row in database.read("SELECT id FROM statements")
            for c in citations(database, [row["id"]])[row["id"]]]  # fmt: skip
    assert sorted(map(str, led)) == sorted(map(str, held))

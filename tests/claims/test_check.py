"""The claim check over a small corpus and the demo: what leads where, what is flagged, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

import semsearch
from semsearch.claims.checking import CheckOptions, check, check_content
from semsearch.claims.html import draft_html
from semsearch.claims.results import CheckResult, Flag, Status
from semsearch.claims.wording import citation_lines, sentence_lines, summary_lines
from semsearch.encode.recipe import StatementRecipe
from semsearch.errors import InputError, QueryError
from semsearch.index.build import Builder
from semsearch.parse.packages import ArticleFiles
from semsearch.search import Searcher
from semsearch.settings import settings

REVIEW, PRIMARY = "10.5555/review", "10.5555/primary"


def _ref(number: int, doi: str, title: str, family: str, year: int) -> str:
    return (
        f'<ref id="B{number}"><label>{number}</label><element-citation><person-group'
        f' person-group-type="author"><name><surname>{family}</surname></name></person-group>'
        f"<article-title>{title}</article-title><year>{year}</year><source>J Cacti</source>"
        f'<pub-id pub-id-type="doi">{doi}</pub-id></element-citation></ref>'
    )


REFS = _ref(1, REVIEW, "Spines of cacti: a review", "Thorne", 2001) + _ref(
    2, PRIMARY, "Grazing animals and the spines of cacti", "Delver", 1999
)
CLAIM = "Spines keep grazing animals away from cacti"


def _sentence(*numbers: int) -> str:
    markers = "".join(f'<xref rid="B{n}">{n}</xref>' for n in numbers)
    return f"<p>{CLAIM} [{markers}].</p>"


@pytest.fixture(scope="module")
def desert(
    tmp_path_factory: pytest.TempPathFactory, article: Callable[..., bytes], hashed_words: Any
) -> Iterator[Searcher]:
    """Three papers cite the primary source for the claim, one of them beside the review."""
    folder = tmp_path_factory.mktemp("desert")
    for number, cited in enumerate([(1, 2), (2,), (2,)]):
        text = article(_sentence(*cited), refs=REFS, doi=f"10.5555/desert.{number}")
        (folder / f"{number}.xml").write_bytes(text)
    encoder = hashed_words()
    Builder(
        folder=folder / "index", encoder=encoder, recipe=StatementRecipe.TEXT, batch_tokens=4096
    ).build(ArticleFiles((folder,), 10**7))
    opened = Searcher(folder / "index", encoder=encoder)
    yield opened
    opened.close()


def adds_up(found: CheckResult) -> None:
    """The summary is the sum of the sentences, counted once more."""
    citations = [one for sentence in found.sentences for one in sentence.citations]
    sums = found.summary
    assert sums.sentences == len(found.sentences)
    assert sums.citations == len(citations) == sum(sums.by_status.values())
    assert sums.works == len(found.works) == len({one.work for one in citations} - {None})
    assert sum(one.citations for one in found.works) == sums.by_status["known"]
    flags = Counter(flag for one in citations for flag in one.flags)
    flags.update(flag for one in found.sentences for flag in one.flags)
    assert sums.flags == {flag.value: flags[flag] for flag in Flag}
    for one in citations:
        assert (one.work is not None) == (one.status is Status.KNOWN)
        assert len(one.contrasting) <= one.about_like.get("contrasting", 0) <= one.about


BIB = f"""@article{{review, doi={{{REVIEW}}}}}
@article{{primary, title={{Grazing animals and the spines of cacti}}, year=1999,
  author={{Delver, D}}}}
@article{{wrongyear, title={{Grazing animals and the spines of cacti}}, year=1950}}
@article{{broken, title={{never closed, doi={{10.5555/two}}
@article{{bare, year=2001}}
"""


def test_every_citation_has_one_outcome_and_the_sums_add_up(desert: Searcher) -> None:
    text = f"{CLAIM} [@review; @primary; @review]. So [@nobody; @Review].\n\nSo [@broken; @bare;"
    found = check(desert, f"{text} @wrongyear].", [BIB])
    adds_up(found)
    assert [(one.printed, one.status.value) for s in found.sentences for one in s.citations] == [
        ("review", "known"), ("primary", "known"),
        ("nobody", "nowhere"), ("Review", "nowhere"),
        ("broken", "broken"), ("bare", "broken"), ("wrongyear", "unknown"),
    ]  # fmt: skip
    whys = [one.why for s in found.sentences[1:] for one in s.citations]
    assert whys[1] == "no entry has the key Review; review differs in case"
    assert whys[2] == "its entry at line 5 is not readable as BibTeX"
    assert [s.place for s in found.sentences] == ["line 1", "line 1", "line 3"]
    assert [(one.line, one.key) for one in found.skipped] == [(5, "broken")]
    known = found.sentences[0].citations
    assert [one.known_by for one in known] == ["identifier", "title"]


def test_a_review_is_flagged_with_the_primary_source_that_others_cite(desert: Searcher) -> None:
    found = check(desert, f"{CLAIM} [@review].", [BIB])
    adds_up(found)
    (sentence,) = found.sentences
    (one,) = sentence.citations
    assert one.flags == (Flag.REVIEW, Flag.PRIMARY_SOURCES)
    assert sentence.flags == (Flag.ONLY_REVIEWS,)
    assert found.works[0].review == "title"
    assert one.others is not None
    assert (one.others.papers, one.others.of_work) == (3, 1)
    (source,) = one.others.sources
    assert (source.work.doi, source.papers, source.together) == (PRIMARY, 3, 1)
    assert not source.in_draft
    assert [shown.statement.text[: len(CLAIM)] for shown in source.examples] == [CLAIM, CLAIM]
    said = " ".join([*citation_lines(one, found), *sentence_lines(sentence)])
    assert "of 3 papers with statements like the claim 1 cite it" in said
    assert "3 papers, 1 of them beside this work" in said


def test_a_primary_source_that_is_cited_is_neither_flagged_nor_offered(desert: Searcher) -> None:
    (sentence,) = check(desert, f"{CLAIM} [@review; @primary].", [BIB]).sentences
    assert sentence.flags == ()
    assert [one.flags for one in sentence.citations] == [(Flag.REVIEW,), ()]


def test_statements_of_papers_that_are_left_out_do_not_count(desert: Searcher) -> None:
    how = CheckOptions(leave_out=("10.5555/desert.0", "doi:10.5555/desert.1"))
    found = check(desert, f"{CLAIM} [@review].", [BIB], options=how)
    (one,) = found.sentences[0].citations
    assert (one.about, one.statements) == (0, ())
    assert one.others is not None
    assert (one.others.papers, one.others.of_work, one.others.sources) == (1, 0, ())
    with pytest.raises(QueryError, match="does not know"):
        check(desert, f"{CLAIM} [@review].", [BIB], options=CheckOptions(leave_out=("10.1/x",)))


def test_names_lead_to_the_one_entry_that_fits_and_are_ambiguous_else(desert: Searcher) -> None:
    bib = f"""@a{{one, author={{Thorne, A and Lee, B}}, year=2001, doi={{{REVIEW}}}}}
@a{{two, author={{Thorne, A}}, year=2001, title={{Another}}}}
@a{{three, author={{van der Berg, C}}, year=1999, doi={{{PRIMARY}}}}}
@a{{four, author={{Thorne, A and Lee, B}}, year=2001, title={{A third}}}}"""
    text = f"{CLAIM} (Berg, 1999). So Thorne (2001) says. Rain (Thorne and Lee, 2001; Rao, 2001)."
    found = check(desert, text, [bib])
    adds_up(found)
    cited = [one for s in found.sentences for one in s.citations]
    assert [(one.printed, one.status.value) for one in cited] == [
        ("Berg, 1999", "known"), ("Thorne, 2001", "unknown"),
        ("Thorne and Lee, 2001", "ambiguous"), ("Rao, 2001", "nowhere"),
    ]  # fmt: skip
    assert cited[1].key == "two"
    assert cited[2].why is not None
    assert cited[2].why.startswith("2 entries fit: one:")
    assert "four: A third" in cited[2].why


def test_numbers_lead_by_place_and_the_list_of_the_draft_comes_first(desert: Searcher) -> None:
    text = f"{CLAIM} [1]. Rain falls [2, 3].\n\nReferences\n1. Delver D. Grazing animals and the"
    text += f" spines of cacti. J Cacti. 1999.\n2. Thorne T. {REVIEW}. 2001"
    found = check(desert, text, [BIB])
    cited = [one for s in found.sentences for one in s.citations]
    assert [one.work for one in cited] == [f"doi:{PRIMARY}", f"doi:{REVIEW}", None]
    assert cited[2].why == "the list has 2 entries"
    assert [one.known_by for one in cited[:2]] == ["title", "identifier"]


def test_a_clause_is_the_claim_of_its_marker(desert: Searcher) -> None:
    text = f"{CLAIM} [@review], [@primary], and shallow roots take up rain [@bare]."
    (sentence,) = check(desert, text, [BIB]).sentences
    assert [one.claim for one in sentence.citations] == [
        CLAIM, CLAIM, "and shallow roots take up rain",
    ]  # fmt: skip


def test_retractions_concerns_and_corrections_are_flagged(searcher: Searcher) -> None:
    text = "EMT induces IL-6 (doi:10.5555/semsearch.demo.10). Cells move"
    text += " (10.5555/semsearch.demo.13) and rest (10.5555/semsearch.demo.15)."
    found = check(searcher, text)
    adds_up(found)
    flags = [set(one.flags) for s in found.sentences for one in s.citations]
    assert Flag.RETRACTED in flags[0]
    assert Flag.CONCERN in flags[1]
    assert Flag.CORRECTED in flags[2]
    assert [one.retracted for one in found.works] == [True, False, False]
    assert "1 × the cited work is retracted or withdrawn" in summary_lines(found)


def test_contrasting_statements_about_the_claim_are_shown(report_searcher: Searcher) -> None:
    found = check(report_searcher, "Rice and EMT differ [1].", ["10.5555/a(b)1;c<d\n"])
    (one,) = found.sentences[0].citations
    assert one.about == 5  # what the retracted paper says does not count
    (shown,) = one.contrasting
    assert (shown.type, shown.statement.paper.doi) == ("contrasting", "10.5555/one")
    assert shown.statement.text.startswith("Rice")
    assert shown.like > 0.6
    assert one.about_like["contrasting"] == 1
    assert Flag.CONTRASTED in one.flags
    assert "1 of 1 statement about it that is like the claim contrasts" in " ".join(
        citation_lines(one, found)
    )
    kinds = [s.type.value for s in one.statements]
    assert kinds == sorted(kinds, key=lambda kind: kind != "supporting")
    assert "contrasting" not in kinds


def test_a_sentence_against_the_verdict_is_flagged_and_its_like_is_not(
    searcher: Searcher,
) -> None:
    cite = " (10.5555/ext.2)."
    against, along = check(
        searcher, f"IL-6 inhibits EMT in cells{cite} IL-6 induces EMT in cells{cite}"
    ).sentences
    assert against.direction is not None
    assert (against.direction.question, against.direction.verdict.verdict) == (
        "does IL-6 inhibit EMT",
        "no",
    )
    assert against.flags == (Flag.AGAINST,)
    assert against.direction.against
    assert "others say the opposite" in " ".join(sentence_lines(against))
    assert Flag.AGAINST not in along.flags


@pytest.mark.parametrize("text", ["Nothing is cited here.", "# Heading\n\nNor (here)."])
def test_a_draft_that_cites_nothing_is_refused(desert: Searcher, text: str) -> None:
    with pytest.raises(QueryError, match=r"the draft cites nothing that can be found"):
        check(desert, text)


def test_too_many_sentences_are_refused_and_none_dropped(
    desert: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = settings().model_copy(update={"max_check_sentences": 2})
    monkeypatch.setattr("semsearch.claims.checking.settings", lambda: few)
    check(desert, "Rain [1]. Sun [1].", ["10.5555/review"])
    with pytest.raises(QueryError, match="3 citing sentences, over the limit of 2"):
        check(desert, "Rain [1]. Sun [1]. Wind [1].", ["10.5555/review"])
    with pytest.raises(QueryError, match="expected 1 to 20"):
        check(desert, "Rain [1].", options=CheckOptions(shown=0))


def test_files_are_read_as_texts_are_and_the_same_draft_gives_the_same_bytes(
    desert: Searcher, tmp_path: Path
) -> None:
    draft, bib = tmp_path / "draft.md", tmp_path / "refs.bib"
    draft.write_text(f"{CLAIM} [@primary].", "utf-8")
    bib.write_bytes(b"\xef\xbb\xbf" + BIB.replace("Delver, D", "Délver, D").encode("utf-8"))
    found = semsearch.check(desert, draft, [bib])
    assert found.name == "draft.md"
    assert found.works[0].work.doi == PRIMARY
    again = semsearch.check(desert, draft, [bib])
    assert orjson.dumps(found) == orjson.dumps(again)
    bib.write_bytes(BIB.replace("Delver, D", "Délver, D").encode("latin-1"))
    assert semsearch.check(desert, draft, [bib]).works == found.works
    with pytest.raises(InputError, match="cannot be read"):
        check(desert, tmp_path / "none.md")
    with pytest.raises(InputError, match="no reference list"):
        check(desert, draft, [draft])


def test_the_html_file_holds_all_and_nothing_of_it_is_markup(desert: Searcher) -> None:
    text = f"<script>alert(1)</script> {CLAIM} [@review]."
    found = check_content(desert, "a<b>.md", text, [])
    page = draft_html(found, desert.info(), version="1")
    assert "<script>" not in page
    assert "a&lt;b&gt;.md" in page
    assert "no entry has the key review" in page

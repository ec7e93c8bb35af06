"""Papers made at random in every format: the account adds up, spans lead back, nothing is lost."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from xml.sax.saxutils import escape

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.parse.head import HEAD_BYTES, Head
from semsearch.parse.readers import reader_of, recognise
from semsearch.records import Document

REFERENCES = 6


@dataclass(frozen=True)
class Cite:
    """A marker: the number of its reference from 1, or one that the list does not have."""

    number: int

    @property
    def known(self) -> bool:
        return self.number <= REFERENCES

    @property
    def shown(self) -> str:
        return f"[{self.number}]"


Paragraph = list["str | Cite"]
# No digits and dashes, which would make ranges and other markers.
words = st.text(alphabet='abE. ,;()\u00a0\u00adβ\n\u2009&<"', max_size=14)
cites = st.integers(1, REFERENCES + 2).map(Cite)
paragraphs = st.lists(st.lists(st.one_of(words, cites), max_size=8), max_size=5)


def plain(paragraph: Paragraph) -> str:
    return "".join(piece if isinstance(piece, str) else piece.shown for piece in paragraph)


def tei(given_paragraphs: list[Paragraph]) -> bytes:
    def inner(paragraph: Paragraph) -> str:
        return "".join(
            escape(piece)
            if isinstance(piece, str)
            else f'<ref type="bibr" target="#b{piece.number}">{piece.shown}</ref>'
            for piece in paragraph
        )

    body = "".join(f"<p>{inner(paragraph)}</p>" for paragraph in given_paragraphs)
    listed = "".join(
        f'<biblStruct xml:id="b{n}"><analytic><title level="a">Work {n}</title></analytic>'
        "</biblStruct>"
        for n in range(1, REFERENCES + 1)
    )
    return (
        f'<TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader/><text><body><div>{body}</div></body>'
        f"<back><listBibl>{listed}</listBibl></back></text></TEI>"
    ).encode()


def segmented_tei(given_paragraphs: list[Paragraph]) -> bytes:
    """Every piece is a sentence of its own."""
    text = tei(given_paragraphs).decode()
    return text.replace("<p>", "<p><s coords='1,2,3,4,5'>").replace("</p>", "</s></p>").encode()


def with_spans(paragraph: Paragraph, name: Callable[[Cite], str | None]) -> dict[str, object]:
    text, spans = "", []
    for piece in paragraph:
        shown = piece if isinstance(piece, str) else piece.shown
        if isinstance(piece, Cite):
            span = {"start": len(text), "end": len(text) + len(shown), "text": shown}
            spans.append(span | {"ref_id": name(piece)})
        text += shown
    return {"text": text, "section": "Results", "cite_spans": spans}


def s2orc(given_paragraphs: list[Paragraph]) -> bytes:
    return orjson.dumps(
        {
            "paper_id": "x",
            "body_text": [
                with_spans(one, lambda cite: f"BIBREF{cite.number}" if cite.known else None)
                for one in given_paragraphs
            ],
            "bib_entries": {f"BIBREF{n}": {"title": f"Work {n}"} for n in range(1, REFERENCES + 1)},
        }
    )


def open_data(given_paragraphs: list[Paragraph]) -> bytes:
    text, refs, parts, entries = "", [], [], []
    for paragraph in given_paragraphs:
        start = len(text)
        for piece in paragraph:
            shown = piece if isinstance(piece, str) else piece.shown
            if isinstance(piece, Cite):
                span = {"start": len(text), "end": len(text) + len(shown)}
                refs.append(span | {"attributes": {"ref_id": f"b{piece.number}"}})
            text += shown
        parts.append({"start": start, "end": len(text)})
    for n in range(1, REFERENCES + 1):
        entry = f"Work {n}"
        span = {"start": len(text), "end": len(text) + len(entry)}
        entries.append(span | {"attributes": {"id": f"b{n}"}})
        text += entry
    notes = {"paragraph": parts, "bibref": refs, "bibentry": entries}
    told = {kind: orjson.dumps(found).decode() for kind, found in notes.items()}
    return orjson.dumps({"corpusid": 5, "content": {"text": text, "annotations": told}})


def unarxive(given_paragraphs: list[Paragraph]) -> bytes:
    def text(paragraph: Paragraph) -> str:
        return "".join(
            piece if isinstance(piece, str) else "{{cite:" + f"k{piece.number}" + "}}"
            for piece in paragraph
        )

    return orjson.dumps(
        {
            "paper_id": "2101.00001",
            "_source_hash": "x",
            "body_text": [{"text": text(one)} for one in given_paragraphs],
            "bib_entries": {f"k{n}": {"bib_entry_raw": f"Work {n}"} for n in range(1, 7)},
        }
    )


def bioc_passages(given_paragraphs: list[Paragraph]) -> list[dict[str, object]]:
    title: list[dict[str, object]] = [
        {"infons": {"section_type": "TITLE", "type": "front"}, "text": "T"}
    ]
    body: list[dict[str, object]] = [
        {"infons": {"section_type": "INTRO", "type": "paragraph"}, "text": plain(one)}
        for one in given_paragraphs
    ]
    listed: list[dict[str, object]] = [
        {"infons": {"section_type": "REF", "type": "ref"}, "text": f"Work {n}"}
        for n in range(1, REFERENCES + 1)
    ]
    return title + body + listed


def bioc_json(given_paragraphs: list[Paragraph]) -> bytes:
    return orjson.dumps({"documents": [{"passages": bioc_passages(given_paragraphs)}]})


def bioc_xml(given_paragraphs: list[Paragraph]) -> bytes:
    passages = ""
    for one in bioc_passages(given_paragraphs):
        infons = one["infons"]
        assert isinstance(infons, dict)
        told = "".join(f'<infon key="{key}">{value}</infon>' for key, value in infons.items())
        passages += f"<passage>{told}<text>{escape(str(one['text']))}</text></passage>"
    return f"<collection><document>{passages}</document></collection>".encode()


FORMS = (tei, segmented_tei, s2orc, open_data, unarxive, bioc_json, bioc_xml)


def read(content: bytes) -> list[tuple[bytes, Document, Callable[..., str | None]]]:
    """The documents of a file, each with its bytes and what looks up its spans."""
    reader = recognise(Head(content[:HEAD_BYTES]))
    assert reader is not None
    found = []
    for piece in reader.cut(io.BytesIO(content), 10**6):
        assert piece.content is not None, piece.error
        document = reader_of(reader.format).read(piece.content, package="x", member=piece.name)
        found.append((piece.content, document, reader.text_at))
    return found


def letters(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())


def check(content: bytes, document: Document, text_at: Callable[..., str | None]) -> None:
    account = document.account
    assert account.xrefs + account.expanded == account.citations + sum(account.excluded.values())
    assert account.citations == len(document.citations)
    for statement in document.statements:
        span = statement.span
        stands = text_at(content, span.path, span.start, span.end)
        assert stands is not None
        if "{{" not in stands:
            assert letters(stands) == letters(statement.text)
        assert statement.text == statement.text.strip()
        at = 0
        for marker in statement.markers:
            assert at <= marker.start <= marker.end <= len(statement.text)
            at = marker.end


@pytest.mark.parametrize("form", FORMS)
@given(given_paragraphs=paragraphs)
def test_markers_of_full_texts_are_accounted_for(
    form: Callable[[list[Paragraph]], bytes], given_paragraphs: list[Paragraph]
) -> None:
    markers = [piece for one in given_paragraphs for piece in one if isinstance(piece, Cite)]
    ((content, document, text_at),) = read(form(given_paragraphs))
    check(content, document, text_at)
    assert document.account.xrefs == len(markers)
    lost = document.account.excluded.get("without_entry", 0)
    assert lost == sum(not cite.known for cite in markers)
    told = Counter(
        key for one in document.statements for marker in one.markers for key in marker.references
    )
    expected = Counter(cite.number for cite in markers if cite.known)
    assert sorted(told.values()) == sorted(expected.values())
    for statement in document.statements:
        for marker in statement.markers:
            assert letters(statement.text[marker.start : marker.end]).isdigit()


@given(given_paragraphs=paragraphs)
def test_all_full_texts_say_the_same(given_paragraphs: list[Paragraph]) -> None:
    texts = []
    for form in (s2orc, open_data, tei, segmented_tei):
        ((_, document, _),) = read(form(given_paragraphs))
        texts.append([(s.text, s.before, s.after) for s in document.statements])
    assert texts[0] == texts[1] == texts[2] == texts[3]


cells = st.text(alphabet='abE. ,;"\n\tβ[1]', max_size=12)
rows = st.lists(
    st.tuples(st.integers(1, 3), cells, st.integers(0, 3), st.sampled_from(["", "[1]", "1", "z"])),
    max_size=12,
)
Rows = list[tuple[int, str, int, str]]
HEAD = ["source_doi", "text", "target_doi", "marker"]


def table(given_rows: Rows) -> bytes:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(HEAD)
    writer.writerows(cells_of(row) for row in given_rows)
    return out.getvalue().encode()


def lines(given_rows: Rows) -> bytes:
    first = {"source_doi": "10.5555/x0", "text": "First."}
    found = [first, *(dict(zip(HEAD, cells_of(row), strict=True)) for row in given_rows)]
    return b"".join(orjson.dumps(row) + b"\n" for row in found)


def cells_of(row: tuple[int, str, int, str]) -> list[str]:
    source, text, target, marker = row
    return [f"10.5555/x{source}", text, f"10.5555/y{target}" if target else "", marker]


@pytest.mark.parametrize("form", [table, lines])
@given(given_rows=rows)
def test_rows_of_tables_are_accounted_for(form: Callable[[Rows], bytes], given_rows: Rows) -> None:
    expected = Counter(f"doi:10.5555/x{source}" for source, *_ in given_rows)
    if form is lines:
        expected["doi:10.5555/x0"] += 1
    found: Counter[str] = Counter()
    for content, document, text_at in read(form(given_rows)):
        check(content, document, text_at)
        account = document.account
        found[document.paper.id] += account.xrefs + account.expanded
    assert found == expected


contexts = st.lists(st.sampled_from(["", " ", "As in [1].", "In  [2] we", "β"]), max_size=4)
pairs = st.lists(st.tuples(st.integers(1, 3), st.integers(1, 4), contexts), min_size=1, max_size=10)


@given(given_pairs=pairs)
def test_contexts_of_semantic_scholar_are_accounted_for(
    given_pairs: list[tuple[int, int, list[str]]],
) -> None:
    content = b"".join(
        orjson.dumps(
            {
                "citingcorpusid": citing,
                "citedcorpusid": cited,
                "contexts": told,
                "intents": [["result"]] * len(told),
            }
        )
        + b"\n"
        for citing, cited, told in given_pairs
    )
    markers = 0
    for piece, document, text_at in read(content):
        check(piece, document, text_at)
        markers += document.account.xrefs
        assert all(citation.intents == ("result",) for citation in document.citations)
    assert markers == sum(len(told) for *_, told in given_pairs)


@pytest.mark.parametrize("form", FORMS)
@given(data=st.data(), given_paragraphs=paragraphs)
def test_a_file_that_is_cut_anywhere_is_refused_or_read(
    form: Callable[[list[Paragraph]], bytes], data: st.DataObject, given_paragraphs: list[Paragraph]
) -> None:
    from semsearch.errors import InputError

    content = form(given_paragraphs)
    cut = content[: data.draw(st.integers(0, len(content)))]
    reader = recognise(Head(cut[:HEAD_BYTES]))
    for piece in reader.cut(io.BytesIO(cut), 10**6) if reader is not None else ():
        if piece.content is None:
            assert piece.error
            continue
        try:
            assert reader is not None
            document = reader.read(piece.content, package="x")
        except InputError as error:
            assert "\n" not in str(error)
        else:
            check(piece.content, document, reader.text_at)

"""Word documents: the fields of reference managers, printed markers, and what is damaged."""

from __future__ import annotations

import base64
import io
import zipfile
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.claims import reading
from semsearch.claims.draft import Naming
from semsearch.claims.reading import read_draft
from semsearch.errors import InputError, SemsearchError
from semsearch.settings import settings


def _documents() -> ModuleType:
    path = Path(__file__).with_name("documents.py")
    spec = util.spec_from_file_location("claims_documents", path)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


made = _documents()
ITEM = {"DOI": "10.5555/rice", "title": "Rice", "author": [{"family": "Rao"}]}
ENDNOTE = (
    "ADDIN EN.CITE <EndNote><Cite><Author>Lee</Author><Year>2011</Year><record><titles><title>Wheat"
    "</title></titles><electronic-resource-num>10.5555/wheat</electronic-resource-num></record>"
    "</Cite></EndNote>"
)


def cited(content: bytes) -> list[tuple[str, str, tuple[str, ...]]]:
    return [
        (block.place(p.start), block.text[p.start : p.end], p.entry.names if p.entry else (p.name,))
        for block in read_draft(content, "draft.docx").blocks
        for p in block.pointers
    ]


@given(damage=st.lists(st.tuples(st.integers(0, 10**5), st.integers(0, 255)), max_size=3))
def test_damaged_document_is_read_or_refused_by_its_name(damage: list[tuple[int, int]]) -> None:
    content = bytearray(made.docx([made.run("Rice grows [1].")]))
    for place, byte in damage:
        content[place % len(content)] = byte
    try:
        read_draft(bytes(content), "draft.docx")
    except SemsearchError as error:
        assert "draft.docx" in str(error)


def test_fields_of_zotero_mendeley_endnote_and_word_are_read() -> None:
    tag = "MENDELEY_CITATION_v3_" + base64.b64encode(made.csl(ITEM).encode()).decode()
    zotero = f"ADDIN ZOTERO_ITEM CSL_CITATION {made.csl(ITEM, {'title': 'Two'})}"
    sdt = f'<w:sdt><w:sdtPr><w:tag w:val="{tag}"/></w:sdtPr><w:sdtContent>{made.run("(4)")}'
    content = made.docx(
        [
            made.run("Rice grows ") + made.field(zotero, "(1)") + made.run("."),
            made.run("Wheat ") + made.field(ENDNOTE, "(Lee, 2011)"),
            made.run("Barley ") + sdt + "</w:sdtContent></w:sdt>",
            made.run("Oats ") + made.field("CITATION Kim10 \\l 1033 \\m Ann11", "(Kim; Ann)"),
            made.run("Rye ") + made.field("ADDIN CSL_CITATION {broken", "(5)"),
            made.field("ADDIN ZOTERO_BIBL {}", "1. Rao R. Rice. 2010."),
        ],
        footnotes=[made.run("See ") + made.field(f"ADDIN CSL_CITATION {made.csl(ITEM)}", "Rao.")],
    )
    assert cited(content) == [
        ("paragraph 1", "(1)", ("10.5555/rice",)),
        ("paragraph 1", "(1)", ()),
        ("paragraph 2", "(Lee, 2011)", ("10.5555/wheat",)),
        ("paragraph 3", "(4)", ("10.5555/rice",)),
        ("paragraph 4", "(Kim; Ann)", ("Kim10",)),
        ("paragraph 4", "(Kim; Ann)", ("Ann11",)),
        ("paragraph 5", "(5)", ("a citation field that cannot be read",)),
        ("footnote 1", "Rao.", ("10.5555/rice",)),
    ]


def test_without_fields_the_printed_markers_lead_into_the_list_at_the_end() -> None:
    content = made.docx(
        [
            made.run("Rice grows [1]. Wheat does so, too") + made.run("2", raised=True),
            f"<w:del>{made.run('deleted [9]')}</w:del>{made.run('Barley.')}",
            made.run("References"),
            made.run("Rao R. Why rice grows. 2010. doi:10.5555/rice"),
            made.run("Lee K. Wheat. 2011."),
        ]
    )
    draft = read_draft(content, "draft.docx")
    names = [(p.naming, p.name) for block in draft.blocks for p in block.pointers]
    assert names == [(Naming.NUMBER, "1"), (Naming.NUMBER, "2")]
    assert [(one.names, one.year) for one in draft.entries] == [
        (("10.5555/rice",), "2010"),
        ((), "2011"),
    ]
    assert [block.text for block in draft.blocks][1] == "Barley."


def test_a_document_that_is_cut_off_anywhere_is_a_sentence() -> None:
    content = made.docx([made.run("Rice grows [1].")] * 50)
    for part in range(1, 20):
        with pytest.raises(InputError, match=r"cut-off or damaged|holds no words") as caught:
            read_draft(content[: len(content) * part // 20], "draft.docx")
        assert "\n" not in str(caught.value)


def test_damage_other_archives_and_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(made.docx([made.run("Rice grows [1].")]))
    content[content.index(b"word/document.xml") + 40] ^= 0xFF
    with pytest.raises(InputError, match=r"draft\.docx"):
        read_draft(bytes(content), "draft.docx")
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("a.txt", "Rice [1].")
    with pytest.raises(InputError, match=r"without word/document\.xml"):
        read_draft(other.getvalue(), "draft.docx")
    bounded = settings().model_copy(update={"max_file_bytes": 5_000})
    monkeypatch.setattr(reading, "settings", lambda: bounded)
    bomb = made.docx([made.run("rice " * 100_000)])
    assert len(bomb) < 5_000
    with pytest.raises(InputError, match="unpacks to more than 5,000 bytes"):
        read_draft(bomb, "draft.docx")


def test_entities_of_a_document_are_not_resolved() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(
            "word/document.xml",
            '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]><d>&e;</d>',
        )
    with pytest.raises(InputError, match="entit"):
        read_draft(out.getvalue(), "draft.docx")

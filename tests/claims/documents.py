"""Documents of Word for the tests, made of a few paragraphs."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def run(text: str, *, raised: bool = False) -> str:
    script = '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>' if raised else ""
    return f'<w:r>{script}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def field(code: str, shown: str) -> str:
    """A complex field whose code is cut in two, as Word does it."""
    half = len(code) // 2
    parts = "".join(
        f'<w:r><w:instrText xml:space="preserve">{escape(part)}</w:instrText></w:r>'
        for part in (code[:half], code[half:])
    )
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{parts}'
        f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(shown)}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def csl(*items: dict[str, Any]) -> str:
    return json.dumps({"citationItems": [{"id": 1, "itemData": one} for one in items]})


def docx(paragraphs: Sequence[str], *, footnotes: Sequence[str] = ()) -> bytes:
    """A document of paragraphs, each the XML of its runs."""
    body = "".join(f"<w:p>{one}</w:p>" for one in paragraphs)
    notes = "".join(
        f'<w:footnote w:id="{n}"><w:p>{one}</w:p></w:footnote>' for n, one in enumerate(footnotes)
    )
    parts = {"word/document.xml": f"<w:body>{body}</w:body>", "word/footnotes.xml": notes}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        for name, inner in parts.items():
            archive.writestr(name, f'<w:document xmlns:w="{W}">{inner}</w:document>')
    return made.getvalue()

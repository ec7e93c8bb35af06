"""Reads drafts: what each is, is told by its content; its name counts where that does not tell."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import PurePath
from typing import Final

from semsearch.claims.docx import read_docx
from semsearch.claims.draft import Draft, DraftFormat
from semsearch.claims.latex import read_latex
from semsearch.claims.markdown import read_markdown
from semsearch.claims.plain import read_plain
from semsearch.errors import InputError
from semsearch.language.words import has_words
from semsearch.parse.decoding import FALLBACK, decode
from semsearch.parse.head import HEAD_BYTES, Head
from semsearch.settings import settings

#: Longest draft, in characters: twice a long thesis.
MOST_CHARACTERS: Final = 2_000_000
_EXPECTED: Final = "a .docx of Word, Markdown, LaTeX or plain text"
_OTHERS: Final[Mapping[bytes, str]] = {
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "a document of an old Word (.doc)",
    b"{\\rtf": "an RTF document",
    b"\x1f\x8b": "a compressed file",
}
_ENDINGS: Final[Mapping[str, DraftFormat]] = {
    ".md": DraftFormat.MARKDOWN,
    ".markdown": DraftFormat.MARKDOWN,
    ".tex": DraftFormat.LATEX,
    ".ltx": DraftFormat.LATEX,
    ".txt": DraftFormat.TEXT,
    ".text": DraftFormat.TEXT,
    ".docx": DraftFormat.DOCX,
}
_LATEX: Final = re.compile(r"\\[A-Za-z]*[Cc]ite[a-z]*\*?\s?[\[{(]")
_LATEX_FRAME: Final = re.compile(r"\\(?:documentclass\b|begin\s*\{document\})")
_MARKDOWN: Final = re.compile(r"(?:\[[^\[\]\n@]{0,80}|(?<![\w@.]))@(?:\{[^{}\s]+\}|\w[\w:.-]*\w)")
_READERS: Final[Mapping[DraftFormat, Callable[..., Draft]]] = {
    DraftFormat.TEXT: read_plain,
    DraftFormat.MARKDOWN: read_markdown,
    DraftFormat.LATEX: read_latex,
}


def read_draft(content: bytes, name: str, *, most: int = 0) -> Draft:
    """A draft out of the bytes of a file.

    Args:
        content: the bytes.
        name: of the file, for messages.
        most: entries of the bibliographies beside it; see ``markers.mark``.

    Raises:
        InputError: it is no draft that can be read, has no words, or is over its limit.
    """
    ending = _ENDINGS.get(PurePath(name).suffix.casefold())
    if content.startswith(b"PK\x03\x04"):
        draft = read_docx(content, name, max_bytes=settings().max_file_bytes, most=most)
        _bounded(sum(len(block.text) for block in draft.blocks), name)
        return _named(draft, ending, name)
    what = next((kind for start, kind in _OTHERS.items() if content.startswith(start)), None)
    if what is None and Head(content[:HEAD_BYTES]).is_binary:
        what = "a binary file"
    if what is not None:
        raise InputError(f"{name} is {what}, expected {_EXPECTED}")
    text, encoding = decode(content)
    draft = read_draft_text(text, name, ending=ending, most=most)
    if encoding == FALLBACK:
        note = f"{name} is no UTF-8 and was read as Windows-1252 (ISO 8859-1)"
        draft = replace(draft, notes=(note, *draft.notes))
    return _named(draft, ending, name)


def read_draft_text(
    text: str, name: str = "the draft", *, ending: DraftFormat | None = None, most: int = 0
) -> Draft:
    """A draft out of its text: LaTeX, Markdown, or plain.

    Args:
        text: of the draft.
        name: for messages.
        ending: what the name of its file says that it is.
        most: entries of the bibliographies beside it; see ``markers.mark``.

    Raises:
        InputError: it has no words, or is over its limit.
    """
    _bounded(len(text), name)
    if not has_words(text):
        raise InputError(f"{name} holds no words, expected {_EXPECTED}")
    kind = _kind_of(text, ending)
    clean = "".join(c if c >= " " or c in "\n\t" else " " for c in text.replace("\r\n", "\n"))
    return _READERS[kind](clean, most=most)


def _bounded(size: int, name: str) -> None:
    if size > MOST_CHARACTERS:
        raise InputError(
            f"{name} has {size:,} characters, over the limit of {MOST_CHARACTERS:,}; check it in"
            " parts"
        )


def _kind_of(text: str, ending: DraftFormat | None) -> DraftFormat:
    latex, markdown = len(_LATEX.findall(text)), len(_MARKDOWN.findall(text))
    if _LATEX_FRAME.search(text) or latex > markdown:
        return DraftFormat.LATEX
    if markdown > latex:
        return DraftFormat.MARKDOWN
    return ending if ending is not None and ending is not DraftFormat.DOCX else DraftFormat.TEXT


def _named(draft: Draft, ending: DraftFormat | None, name: str) -> Draft:
    """With a note where a draft is not what its name says."""
    if ending is None or ending is draft.format:
        return draft
    note = f"{name} was read as {draft.format}, which is what it holds, and not as {ending}"
    return replace(draft, notes=(note, *draft.notes))

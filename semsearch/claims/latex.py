r"""LaTeX: ``\cite`` and its relatives, in text that is shown as a reader sees it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from semsearch.claims.draft import Block, Draft, DraftFormat, Naming, Pointer
from semsearch.claims.markers import mark, with_dois
from semsearch.claims.printed_list import Printed, printed_entry
from semsearch.report.listed import Entry

_COMMENT: Final = re.compile(r"(?<!\\)((?:\\\\)*)%.*")
_BODY: Final = re.compile(r"\\begin\s*\{document\}(.*?)(?:\\end\s*\{document\}|\Z)", re.DOTALL)
#: What holds no sentences; with the contents.
_SILENT: Final = re.compile(
    r"\\begin\s*\{(equation|align|gather|multline|eqnarray|displaymath|math|verbatim|lstlisting"
    r"|minted|comment|tikzpicture|tabular[xy]?|longtable|array|algorithm|algorithmic)(\*?)\}"
    r".*?(?:\\end\s*\{\1\2\}|(?P<open>\Z))|\$\$.*?(?:\$\$|(?P<dollars>\Z))"
    r"|(?<!\\)\\\[.*?(?:\\\]|(?P<bracket>\Z))",
    re.DOTALL,
)
_BIBLIOGRAPHY: Final = re.compile(
    r"\\begin\s*\{thebibliography\}(?:\{[^{}]*\})?(.*?)(?:\\end\s*\{thebibliography\}|\Z)",
    re.DOTALL,
)
_ITEM: Final = re.compile(r"\\bibitem\s*(?:\[(?:[^\[\]{}]|\{[^{}]*\})*\])?\s*\{([^{}]*)\}")
_OPTIONS: Final = r"(?:\s?\[(?:[^\[\]{}]|\{[^{}]*\})*\]){0,2}"
#: Every command of LaTeX, natbib and biblatex that cites; "nocite" shows nothing.
_CITE: Final = re.compile(
    r"\\((?:[A-Za-z]*[Cc]ite[a-z]*)\*?)(?:\s?\([^()]*\)){0,2}"
    rf"((?:{_OPTIONS}\s?\{{[^{{}}]*\}})(?:(?<=\}}){_OPTIONS}\{{[^{{}}]*\}})*)"
)
_NO_CITE: Final = frozenset({"nocite", "citestyle", "citealias", "defcitealias", "citereset"})
_KEYS: Final = re.compile(r"\{([^{}]*)\}")
_OPTION: Final = re.compile(r"\[(?:[^\[\]{}]|\{[^{}]*\})*\]")
_INPUT: Final = re.compile(r"\\(?:input|include|subfile)\s*\{([^{}]+)\}")
#: What parts a text without being shown.
_PARTS: Final = re.compile(
    r"\\(?:begin|end)\s*\{[^{}]*\}(?:\[[^\[\]]*\])?|\\(?:item|par|maketitle|newpage|clearpage"
    r"|centering|tableofcontents|appendix)\b(?:\s?\[[^\[\]]*\])?"
)
_HEADING: Final = re.compile(
    r"\\(?:title|author|date|(?:sub)*section|chapter|part|paragraph)\*?\s*(?:\[[^\[\]]*\])?\{"
)
_SILENT_MACRO: Final = re.compile(
    r"\\(?:label|includegraphics|bibliography|bibliographystyle|addbibresource|printbibliography"
    r"|usepackage|documentclass|nocite|vspace|hspace|setlength)\*?\s*(?:\[[^\[\]]*\])?"
    r"(?:\s?\{[^{}]*\})*"
)
_OPEN, _CLOSE = "\ue000", "\ue001"
_PLACE: Final = re.compile(rf"{_OPEN}(\d+){_CLOSE}")
_LINE: Final = re.compile("\ue002(\\d+)\ue003")
_GAP: Final = re.compile("\n(?:\ue002(\\d+)\ue003)?[ \t]*(?=\n|\\Z)")
#: Commands that are a part of the sentence: "\citet{rao} found".
_TEXTUAL: Final = re.compile(r"(?:text|full)?[Cc]ite(?:t|alt|author|year|title)\w*|[Tt]extcite\w*")


def read_latex(text: str, *, most: int = 0) -> Draft:
    r"""A draft of LaTeX; comments, mathematics, listings and tables are left out.

    Files of ``\input`` and ``\include`` are named in a note and not followed.

    Args:
        text: with ends of lines of Unix.
        most: entries of the bibliographies beside the draft.
    """
    bare = _COMMENT.sub(lambda one: one[1], text.replace(_OPEN, " ").replace(_CLOSE, " "))
    notes = [f"the file {one[1].strip()} is not followed" for one in _INPUT.finditer(bare)]
    bare = _INPUT.sub("", bare)
    body = _BODY.search(bare)
    if body is not None:
        bare = _blank(bare[: body.start(1)]) + body[1]
    entries = tuple(_items(bare))
    bare = _BIBLIOGRAPHY.sub(lambda one: _blank(one.group()), bare)
    silent = sum(len(_CITE.findall(one.group())) for one in _SILENT.finditer(bare))
    if silent:
        notes.append(f"{silent:,} citing commands in tables, formulas or listings are left out")
    notes += _unclosed(bare)
    bare = _SILENT.sub(lambda one: _blank(one.group()) or " ", bare)
    blocks, keyed = _blocks(bare)
    if keyed:
        blocks = [with_dois(block) for block in blocks]
    else:
        blocks, more = mark(blocks, max(most, len(entries)))
        notes += more
    return Draft(
        format=DraftFormat.LATEX, blocks=tuple(blocks), entries=entries, notes=tuple(notes)
    )


def _unclosed(text: str) -> Iterator[str]:
    for one in _SILENT.finditer(text):
        if any(one[name] is not None for name in ("open", "dollars", "bracket")):
            line = text.count("\n", 0, one.start()) + 1
            what = one.group().partition("}")[0][:40]
            yield f"{what!r} at line {line} is not closed, and what follows it is left out"


def _blank(text: str) -> str:
    """What is left out keeps its ends of lines, so that lines keep their numbers."""
    return "\n" * text.count("\n")


def _items(text: str) -> Iterator[Entry]:
    """The entries of ``thebibliography``."""
    for listed in _BIBLIOGRAPHY.finditer(text):
        items = list(_ITEM.finditer(listed[1]))
        ends = [*(one.start() for one in items[1:]), len(listed[1])]
        for item, end in zip(items, ends, strict=True):
            line = text.count("\n", 0, listed.start(1) + item.start()) + 1
            raw = " ".join(
                _readable(listed[1][item.end() : end].replace("\\newblock", " ")).split()
            )
            yield printed_entry(Printed(line, None, raw), key=item[1].strip())


def _blocks(text: str) -> tuple[list[Block], bool]:
    """The paragraphs with what they cite, and whether any cites by key."""
    cited: list[tuple[str, tuple[str, ...]]] = []

    def place(one: re.Match[str]) -> str:
        name = one[1].rstrip("*")
        if name in _NO_CITE:
            return ""
        groups = _KEYS.findall(_OPTION.sub("", one[2]))
        single = not name.endswith("s")
        keys = [
            key.strip() for group in (groups[:1] if single else groups) for key in group.split(",")
        ]
        cited.append((name, tuple(dict.fromkeys(key for key in keys if key))))
        rest = "" if not single or len(groups) < 2 else "{" + "}{".join(groups[1:]) + "}"
        return f"{_OPEN}{len(cited) - 1}{_CLOSE}{rest}" + "\n" * one.group().count("\n")

    text = _SILENT_MACRO.sub(lambda one: _blank(one.group()), _CITE.sub(place, text))
    text = _HEADING.sub(lambda one: f"\ue004{{{_blank(one.group())}", text)
    numbered = "\n".join(f"\ue002{n}\ue003{line}" for n, line in enumerate(text.split("\n"), 1))
    parted = _PARTS.sub(lambda one: f"\n\n{_blank(one.group())}", numbered)
    found: list[Block] = []
    line = 1
    parts = _GAP.split(_headed(parted))  # and the number of each line that parts them
    for part, empty in zip(parts[::2], [*parts[1::2], None], strict=True):
        shown = _readable(part)
        block = _block(shown, cited, line)
        if block is not None:
            found.append(block)
        line = int(empty or (_LINE.findall(shown) or [line])[-1])
    return found, bool(cited)


def _headed(text: str) -> str:
    """Headings as paragraphs of their own."""
    pieces: list[str] = []
    at = 0
    while (start := text.find("\ue004{", at)) >= 0:
        depth, end = 0, start + 1
        while end < len(text):
            depth += (text[end] == "{") - (text[end] == "}")
            end += 1
            if not depth:
                break
        pieces += [text[at:start], "\n\n", text[start + 2 : end - 1], "\n\n"]
        at = end
    return "".join([*pieces, text[at:]])


def _readable(source: str) -> str:
    """TeX as a reader sees it, without formulas; what is no TeX stays as it stands."""
    from pylatexenc.latex2text import LatexNodes2Text

    shown = LatexNodes2Text(math_mode="remove", strict_latex_spaces="macros")
    try:
        return str(shown.latex_to_text(source, tolerant_parsing=True))
    except (ValueError, TypeError, IndexError, RecursionError):
        return source


def _block(shown: str, cited: list[tuple[str, tuple[str, ...]]], line: int) -> Block | None:
    """A paragraph out of its text with places of citations and numbers of lines.

    Args:
        shown: the text.
        cited: command and keys of each place.
        line: that the paragraph begins in, where the text does not tell.
    """
    text, lines, pointers = "", [(0, line)], []
    for piece in re.split("(\ue000\\d+\ue001|\ue002\\d+\ue003)", shown):
        if (number := _LINE.fullmatch(piece)) is not None:
            if not text.strip():
                lines = []
            lines.append((len(text.rstrip()) + 1 if text.strip() else 0, int(number[1])))
            added = " "
        elif (one := _PLACE.fullmatch(piece)) is not None:
            name, keys = cited[int(one[1])]
            text = text if text.endswith((" ", "(")) or not text else f"{text} "
            start, added = len(text), f"[{', '.join(keys)}]"
            textual = _TEXTUAL.fullmatch(name) is not None
            pointers += [
                Pointer(Naming.KEY, key, start, start + len(added), bracketed=not textual)
                for key in keys
            ]
        else:
            added = " ".join(f"|{piece}|".split())[1:-1]
        text += added.lstrip() if text.endswith(" ") or not text else added
    text = text.rstrip()
    if not any(map(str.isalnum, text)):
        return None
    return Block(text, tuple(lines), pointers=tuple(pointers))

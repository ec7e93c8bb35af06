r"""The notation in which bodies and abstracts of the demo articles are written.

Blocks are separated by blank lines:

- ``# Heading`` opens a section, ``##`` and ``###`` one inside it; ``#(methods) Heading`` gives the
  section a ``sec-type``.
- A block that begins with the tag of a block element (``<fig``, ``<list``, ``<p>`` …) is JATS and
  stays as it is.
- Everything else is a paragraph.

Inside a block, ``[@3]``, ``[@3,5]`` and ``[@3-7]`` are markers in the style of the article, and
``[@@3]`` is a marker with the names before it: "Smith et al. [3]" or "Smith et al. (2010)". Markers
that should look otherwise are written as ``xref`` elements.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass

from demo_corpus.model import Style, Work

_MARKER = re.compile(r"\[@(@?)([0-9, -]+)\]")
_HEADING = re.compile(r"(#+)(?:\(([a-z|]+)\))? (.+)", re.DOTALL)
_RAW = re.compile(
    r"<(?:p|fig|table-wrap|list|boxed-text|disp-formula|disp-quote|fn-group|app-group|notes)\b"
)
_LINE_WIDTH = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class Markers:
    """How one article prints its markers."""

    style: Style
    prefix: str
    ref_type: str | None
    works: tuple[Work, ...]  # the first work of each entry, in the order of the notation's numbers

    def expand(self, text: str) -> str:
        """``text`` with every marker of the notation turned into ``xref`` elements."""
        return _MARKER.sub(self._expand_one, text)

    def _expand_one(self, match: re.Match[str]) -> str:
        named, numbers = bool(match.group(1)), match.group(2)
        if self.style is Style.AUTHOR_YEAR:
            return self._author_year([int(n) for n in numbers.split(",")], named=named)
        parts = [
            "–".join(self._xref(int(n), str(int(n))) for n in part.split("-"))
            for part in numbers.split(",")
        ]
        group = {
            Style.BRACKETS: f"[{', '.join(parts)}]",
            Style.PARENTHESES: f"({', '.join(parts)})",
            Style.SUPERSCRIPT: f"<sup>{','.join(parts)}</sup>",
        }[self.style]
        if not named:
            return group
        gap = "" if self.style is Style.SUPERSCRIPT else " "
        return f"{self.works[int(numbers) - 1].names}{gap}{group}"

    def _author_year(self, numbers: list[int], *, named: bool) -> str:
        works = [self.works[n - 1] for n in numbers]
        if named:
            return f"{works[0].names} ({self._xref(numbers[0], str(works[0].year))})"
        group = [
            self._xref(n, f"{work.names}, {work.year}")
            for n, work in zip(numbers, works, strict=True)
        ]
        return f"({'; '.join(group)})"

    def _xref(self, number: int, shown: str) -> str:
        if not 1 <= number <= len(self.works):
            raise ValueError(f"marker {number}, expected 1 to {len(self.works)}")
        kind = "" if self.ref_type is None else f'ref-type="{self.ref_type}" '
        return f'<xref {kind}rid="{self.prefix}{number}">{shown}</xref>'


def write_blocks(
    blocks: str, markers: Markers, *, depth: int, ids: bool = True, wrapped: bool = False
) -> list[str]:
    """The lines of JATS for ``blocks``.

    Args:
        blocks: text in the notation of this module.
        markers: how markers are printed.
        depth: levels of indentation, two spaces each.
        ids: whether sections get an ``id``; those of an abstract have none.
        wrapped: whether paragraphs are broken into lines.

    Raises:
        ValueError: a heading that skips a level, or a marker outside the reference list.
    """
    lines: list[str] = []
    counts: list[int] = []  # sections so far on each level, below the open sections
    level = 0  # how many sections are open
    for block in re.split(r"\n[ \t]*\n", textwrap.dedent(blocks).strip("\n")):
        text = _tidy(markers.expand(block))
        heading = _HEADING.fullmatch(text)
        if heading is None:
            lines += _block(text, depth + level, wrapped=wrapped)
            continue
        deeper = len(heading.group(1))
        if deeper > level + 1:
            raise ValueError(f"the heading {heading.group(3)!r} skips a level")
        lines += _closing(level, deeper - 1, depth)
        level = deeper
        counts = [*counts[:level], *([0] if len(counts) < level else [])]
        counts[level - 1] += 1
        name = f' id="sec{"-".join(map(str, counts))}"' if ids else ""
        sec_type = f' sec-type="{heading.group(2)}"' if heading.group(2) else ""
        lines += _indented(f"<sec{name}{sec_type}>", depth + level - 1)
        lines += _indented(f"<title>{_one_line(heading.group(3))}</title>", depth + level)
    return lines + _closing(level, 0, depth)


def _block(text: str, depth: int, *, wrapped: bool) -> list[str]:
    if _RAW.match(text):
        return _indented(text, depth)
    paragraph = f"<p>{_one_line(text)}</p>"
    if wrapped:
        paragraph = textwrap.fill(
            paragraph, _LINE_WIDTH, break_long_words=False, break_on_hyphens=False
        )
    return _indented(paragraph, depth)


def _closing(level: int, until: int, depth: int) -> list[str]:
    """End tags of the open sections, from ``level`` down to the one above ``until``."""
    return [f"{'  ' * (depth + n)}</sec>" for n in range(level - 1, until - 1, -1)]


def _indented(text: str, depth: int) -> list[str]:
    return textwrap.indent(textwrap.dedent(text), "  " * depth).splitlines()


def _tidy(text: str) -> str:
    """``text`` without the line breaks that long tags have before their ``>`` in the notation."""
    return re.sub(r"\s+>", ">", text)


def _one_line(text: str) -> str:
    return " ".join(line.strip() for line in text.splitlines())

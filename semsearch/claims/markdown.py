"""Markdown with citations as pandoc has them: ``[@key; @other, p. 3]``, ``[-@key]``, ``@key``."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from semsearch.claims.draft import Block, Draft, DraftFormat, Naming, Pointer
from semsearch.claims.markers import mark, with_dois
from semsearch.claims.plain import joined, listed_entries, part_list

if TYPE_CHECKING:
    from markdown_it.token import Token

# A key begins with a letter, digit or "_" and may hold single signs inside; in braces anything.
_KEY: Final = r"@(?:\{([^{}]{1,200})\}|(\w(?:[\w]|[:.#$%&+?<>~/-](?=\w))*))"
_ONE: Final = re.compile(rf"(?<![\w@.]){_KEY}")
_GROUP: Final = re.compile(r"\[[^\[\]@]{0,200}@[^\[\]]{0,2000}\]")
_FRONT: Final = re.compile(r"\A---\n.*?\n(?:---|\.\.\.)\n", re.DOTALL)
_COMMENT: Final = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_CODE: Final = frozenset({"code_inline", "html_inline", "image"})


def read_markdown(text: str, *, most: int = 0) -> Draft:
    """A draft of Markdown; code, comments and its metadata are left out.

    Args:
        text: with ends of lines of Unix.
        most: entries of the bibliographies beside the draft.
    """
    bare = _COMMENT.sub(_lines, _FRONT.sub(_lines, text))
    body, listed = part_list(list(enumerate(bare.split("\n"), start=1)))
    kept = dict(body)
    blocks = _blocks("\n".join(kept.get(n, "") for n in range(1, max(kept, default=0) + 1)))
    entries = listed_entries(listed)
    keyed = [replace(block, pointers=tuple(find_keys(block.text))) for block in blocks]
    notes: tuple[str, ...] = ()
    if any(block.pointers for block in keyed):
        blocks = [with_dois(block) for block in keyed]
    else:
        blocks, notes = mark(blocks, max(most, len(entries)))
    return Draft(format=DraftFormat.MARKDOWN, blocks=tuple(blocks), entries=entries, notes=notes)


def find_keys(text: str) -> list[Pointer]:
    """The keys of a paragraph, those of a bracket with the whole bracket as their marker."""
    found: list[Pointer] = []
    for group in _GROUP.finditer(text):
        for one in _ONE.finditer(group.group()):
            found.append(Pointer(Naming.KEY, _key(one), *group.span()))
    spans = [(one.start, one.end) for one in found]
    for one in _ONE.finditer(text):
        if not any(start <= one.start() < end for start, end in spans):
            found.append(Pointer(Naming.KEY, _key(one), *one.span(), bracketed=False))
    return sorted(found, key=lambda one: one.start)


def _key(one: re.Match[str]) -> str:
    return one[1] or one[2]


def _lines(gone: re.Match[str]) -> str:
    """What was taken out leaves its ends of lines, so that lines keep their numbers."""
    return "\n" * gone.group().count("\n")


def _blocks(text: str) -> list[Block]:
    from markdown_it import MarkdownIt

    found: list[Block] = []
    # What stands between tags of HTML may cite, too.
    for token in MarkdownIt("commonmark").enable("table").disable("html_block").parse(text):
        if token.type == "inline" and token.map is not None:
            lines = _shown(token.children or [], token.map[0] + 1)
            if lines:
                found.append(joined(lines))
    return found


def _shown(tokens: list[Token], first: int) -> list[tuple[int, str]]:
    """The lines of a paragraph as a reader sees them."""
    lines: dict[int, str] = {}
    number = first
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            number += 1
        elif token.type not in _CODE:
            lines[number] = lines.get(number, "") + token.content
    return [(n, " ".join(text.split())) for n, text in lines.items() if text.strip()]

"""Markdown, read back by a CommonMark parser."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from semsearch.export import ExportFormat
from semsearch.export.cleaning import cleaned

Make = Callable[..., Any]
#: Writing all of it and reading it back takes its time on a busy machine.
SLOWLY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def _tokens(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def _shown(token: Token) -> str:
    return "".join(child.content for child in token.children or ())


def _quotes(tokens: list[Token]) -> list[str]:
    """The text of each block quote, which is one paragraph."""
    found = []
    for place, token in enumerate(tokens):
        if token.type == "blockquote_open":
            assert [t.type for t in tokens[place + 1 : place + 5]] == [
                "paragraph_open", "inline", "paragraph_close", "blockquote_close",
            ]  # fmt: skip
            inline = tokens[place + 2]
            assert {child.type for child in inline.children or ()} <= {"text", "text_special"}
            found.append(_shown(inline))
    return found


def _line(text: str) -> str:
    return re.sub(" +", " ", cleaned(text)).strip(" ")


@SLOWLY
@given(data=st.data())
def test_a_reader_sees_every_text_as_it_is(
    data: st.DataObject, hostile: st.SearchStrategy[Any], written: Make
) -> None:
    statements = data.draw(st.lists(hostile, min_size=1, max_size=3))
    tokens = _tokens(written(ExportFormat.MARKDOWN, statements))
    assert _quotes(tokens) == [_line(one.statement.text) for one in statements]
    kinds = {token.type for token in tokens}
    assert kinds <= {
        "heading_open", "heading_close", "inline", "paragraph_open", "paragraph_close", "hr",
        "blockquote_open", "blockquote_close", "bullet_list_open", "bullet_list_close",
        "list_item_open", "list_item_close",
    }  # fmt: skip
    assert sum(token.type == "hr" for token in tokens) == len(statements)
    inline = [child for token in tokens for child in token.children or ()]
    assert {child.type for child in inline} <= {
        "text", "text_special", "softbreak", "link_open", "link_close", "em_open", "em_close",
        "strong_open", "strong_close", "code_inline",
    }  # fmt: skip
    for child in inline:
        if child.type == "link_open":
            assert str(child.attrs["href"]).startswith(("https://doi.org/", "/api/v1/statements/"))
    shown = "\n".join(_shown(token) for token in tokens if token.type == "inline")
    for one in statements:
        assert _line(one.statement.paper.title or "without title") in shown
        assert _line(one.statement.paper.authors[0].family) in shown


@pytest.mark.parametrize(
    "text",
    [
        "# heading", "- list", "+ list", "1. list", "12) list", "> quote", "---", "===", "***",
        "```", "~~~", "    code", "<script>alert(1)</script>", "[a](javascript:x)", "![a](b)",
        "&lt;", "*a* _b_ `c` ~~d~~", "| a | b |", "a  \nb", "\\*", "$x$", "[1]: http://x",
    ],
)  # fmt: skip
def test_markup_of_an_article_is_text(statement: Make, written: Make, text: str) -> None:
    tokens = _tokens(written(ExportFormat.MARKDOWN, [statement(text=text)]))
    assert _quotes(tokens) == [_line(text)]


def test_a_statement_has_its_reference_and_what_it_cites(
    statement: Make, cited: Make, written: Make, head: Make
) -> None:
    one = statement(
        text="1 EMT induces IL-6.",
        retracted=True,
        cites=(cited(), cited(key="B2", paper=None, title=None, raw="Raw.", self_citation=None)),
        retracted_works=("doi:10.5555/cited",),
    )
    text = written(ExportFormat.MARKDOWN, [one], head(asked="does EMT induce *IL-6*", filter="x"))
    assert text == (
        "# Statements for: does EMT induce \\*IL-6\\*\n\nOnly where x\n\n"
        "1 statement, exported by semsearch 0.1.0 from the index"
        f" `{'ab' * 32}`.\n\n---\n\n> 1 EMT induces IL-6.\n\n"
        "**Retracted.** Rossi, Anna; WHO and others (2020). A source. *J Tests*."
        " <https://doi.org/10.5555/one>\n\n"
        "results › Results · supports · licence https://creativecommons.org/licenses/by/4.0/ ·"
        " [statement abcdefghij234567](</api/v1/statements/abcdefghij234567>)\n\n"
        "- cites \\[1\\] **Retracted.** Rao, Ravi (2001). A cited work."
        " <https://doi.org/10.5555/cited> — supporting 0.90, self-citation\n"
        "- cites Rao, Ravi (2001). Raw. — supporting 0.90\n\n"
    )

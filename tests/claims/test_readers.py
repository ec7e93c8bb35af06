"""Drafts are read as what they hold, with what each sentence cites and where."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.claims import reading
from semsearch.claims.draft import Draft, DraftFormat, Naming
from semsearch.claims.latex import read_latex
from semsearch.claims.markdown import read_markdown
from semsearch.claims.plain import read_plain
from semsearch.claims.reading import read_draft, read_draft_text
from semsearch.errors import InputError

Cited = list[tuple[str, str]]


def cited(draft: Draft) -> Cited:
    """What the draft cites, with the place of each."""
    return [(p.printed, block.place(p.start)) for block in draft.blocks for p in block.pointers]


def texts(draft: Draft) -> list[str]:
    return [block.text for block in draft.blocks]


LATEX = r"""\documentclass{article}
\newcommand{\salt}{NaCl \cite{preamble}}
\begin{document}
\section{Salt \citep{heading}}
Rice grows~\cite{rao,lee}. % \cite{comment}
As \citet[see][p.~3]{kim} found,
$a \cite{formula} < b$ and \parencites[1]{one}[2]{two} matter.
\input{methods}

\begin{itemize}
\item M\"uller's 5\% \autocite*{item}.
\end{itemize}
\begin{tabular}{l} x \cite{cell} \end{tabular}
\nocite{*} The end \textcite{end}.
\begin{thebibliography}{9}
\bibitem{rao} Rao, R. Why \emph{rice} grows. 2010. doi:10.5555/rice
\bibitem[Lee(2011)]{lee} Lee K. Wheat. 2011.
\end{thebibliography}
\end{document}
"""


def test_latex_cites_by_its_commands_and_leaves_comments_and_tables_out() -> None:
    draft = read_latex(LATEX)
    assert cited(draft) == [
        ("heading", "line 4"),
        ("rao", "line 5"), ("lee", "line 5"), ("kim", "line 6"),
        ("one", "line 7"), ("two", "line 7"),
        ("item", "line 11"),
        ("end", "line 14"),
    ]  # fmt: skip
    assert "Müller's 5% [item]." in texts(draft)
    assert draft.notes == (
        "the file methods is not followed",
        "1 citing commands in tables, formulas or listings are left out",
    )
    assert [(one.key, one.names, one.year) for one in draft.entries] == [
        ("rao", ("10.5555/rice",), "2010"),
        ("lee", (), "2011"),
    ]


def test_an_environment_that_is_never_closed_is_said() -> None:
    draft = read_latex("Rice grows \\cite{rao}.\n\n\\begin{equation}\nx \\cite{lost}\n")
    assert cited(draft) == [("rao", "line 1")]
    assert any("line 3 is not closed" in note for note in draft.notes)


MARKDOWN = """---
title: no [@front]
---
# Rice [@head]

Rice grows [see @rao2010, p. 3; @lee_2011]. As @kim:2012 says,
`@code` is no key, nor is x@y.org [-@{a b}].

<!-- [@comment]
-->
```
[@fenced]
```
- an item [@item]

| a | b |
|---|---|
| x | y [@cell] |
"""


def test_markdown_cites_as_pandoc_has_it() -> None:
    assert cited(read_markdown(MARKDOWN)) == [
        ("head", "line 4"),
        ("rao2010", "line 6"), ("lee_2011", "line 6"), ("kim:2012", "line 6"),
        ("a b", "line 7"),
        ("item", "line 14"),
        ("cell", "line 18"),
    ]  # fmt: skip


PLAIN = """Rice grows in salt [1, 3-5]. Intervals such as [0, 1] cite
nothing, and m² is a unit. Wheat does so too.⁶

The end [4]–[6].

References
1. Rao R, Lee K. Why rice grows. J Rice. 2010.
   doi:10.5555/rice
3. Kim S. Barley. 2011.

Figure legends

Figure 1 [1].
"""


def test_plain_text_cites_by_number_and_has_its_list_at_the_end() -> None:
    draft = read_plain(PLAIN)
    assert [one for one, _ in cited(draft)] == [
        "[1]", "[3]", "[4]", "[5]", "[6]", "[4]", "[5]", "[6]", "[1]",
    ]  # fmt: skip
    assert cited(draft)[-1] == ("[1]", "line 13")
    rao, missing, kim = draft.entries
    assert (rao.names, rao.year, rao.authors[1].family) == (("10.5555/rice",), "2010", "Lee")
    assert (missing.line, missing.raw) == (0, None)
    assert (kim.year, kim.authors[0].family) == ("2011", "Kim")


def test_names_with_years_are_markers_in_brackets_and_in_the_sentence() -> None:
    draft = read_plain(
        "Rice grows (Rao et al., 2010; Lee and Kim 2011a,b; see van der Berg, 2012, p. 3)."
        " In Smith et al.'s (2001) words it does (doi:10.5555/x). In May (June 2010) it rained."
    )
    assert [one for one, _ in cited(draft)] == [
        "Rao et al., 2010", "Lee and Kim, 2011a", "Lee and Kim, 2011b", "van der Berg, 2012",
        "Smith et al., 2001", "10.5555/x",
    ]  # fmt: skip
    assert [p.bracketed for p in draft.blocks[0].pointers] == [True] * 4 + [False, True]


def test_numbers_in_round_brackets_count_where_a_list_has_them() -> None:
    text = "Rice grows (1). Wheat too (2, 3). So in 2010 (n = 4)."
    assert [one for one, _ in cited(read_plain(text, most=3))] == ["[1]", "[2]", "[3]"]
    assert cited(read_plain(text)) == []


def test_what_looks_like_the_other_style_is_said() -> None:
    draft = read_plain("Rice grows [1]. Wheat [2] was bought (Sigma, 2010).")
    assert draft.notes[0].startswith("1 names with years are not taken for citations")
    assert {p.naming for p in draft.blocks[0].pointers} == {Naming.NUMBER}


@pytest.mark.parametrize(
    ("content", "name", "form", "note"),
    [
        (b"\xef\xbb\xbfRice [@rao].", "a.md", DraftFormat.MARKDOWN, None),
        ("Reis wächst [@rao].".encode("latin-1"), "a.md", DraftFormat.MARKDOWN, "Windows-1252"),
        ("Rice [@rao].".encode("utf-16"), "a.md", DraftFormat.MARKDOWN, None),
        (b"Rice \\cite{rao}.", "a.txt", DraftFormat.LATEX, "was read as latex"),
        (b"Rice [@rao].", "a.docx", DraftFormat.MARKDOWN, "and not as docx"),
        (b"Rice [1].", "a.unheard", DraftFormat.TEXT, None),
        (b"Rice [1].\r\n\r\nWheat [2].\r", "a.txt", DraftFormat.TEXT, None),
    ],
)
def test_content_tells_the_format_and_the_encoding(
    content: bytes, name: str, form: DraftFormat, note: str | None
) -> None:
    draft = read_draft(content, name)
    assert draft.format is form
    assert "".join(draft.notes).count("\n") == 0
    assert (note is None and not draft.notes) or (note or "") in " ".join(draft.notes)
    assert cited(draft)
    assert "\ufeff" not in draft.blocks[0].text
    if "latin" in str(note):
        assert "wächst" in draft.blocks[0].text


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "holds no words"),
        (b"  \n .. \n", "holds no words"),
        (b"%PDF-1.7 x", "is a PDF"),
        (b"\xd0\xcf\x11\xe0\x00\x00", r"an old Word \(.doc\)"),
        (b"\x00\x01\x02binary", "is a binary file"),
    ],
)
def test_what_is_no_draft_is_refused_in_a_sentence(content: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message) as caught:
        read_draft(content, "a.txt")
    assert "\n" not in str(caught.value)


def test_a_draft_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST_CHARACTERS", 20)
    with pytest.raises(InputError, match="over the limit of 20"):
        read_draft_text("word " * 5)


@hypothesis.settings(deadline=None)
@given(st.text(alphabet=st.sampled_from("ab [](){}@\\;,.1290-–⁰cite\n%$&éX'"), max_size=120))
def test_no_text_is_a_fault(text: str) -> None:
    for reader in (read_plain, read_markdown, read_latex):
        for block in reader(text).blocks:
            for pointer in block.pointers:
                assert 0 <= pointer.start < pointer.end <= len(block.text)
                assert block.place(pointer.start).startswith("line ")


@pytest.mark.parametrize(
    "text", ["{" * 20_000, "[@" * 20_000, "A" * 50_000, "\\begin{equation}" * 3_000, "(1" * 20_000]
)
def test_hostile_texts_are_read_in_one_go(text: str) -> None:
    for reader in (read_plain, read_markdown, read_latex):
        assert reader(f"Rice {text}").format in DraftFormat

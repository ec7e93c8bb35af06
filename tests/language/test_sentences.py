"""Sentence boundaries: the rules one by one, what always holds, and real paragraphs."""

from __future__ import annotations

import re
import sys
import tarfile
from collections.abc import Callable, Iterator
from itertools import islice, pairwise
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from semsearch.language.sentences import ASIDE, split_sentences
from semsearch.language.shortenings import STARTERS

# In the examples "| " stands before each sentence but the first, ⟦…⟧ around a marker, ⟪…⟫ around a
# formula.
_SIGNS = re.compile(r"[⟦⟧⟪⟫]")


def _read(example: str) -> tuple[str, list[tuple[int, int]], list[tuple[int, int]]]:
    """Text, markers and formulas of an example, without its signs."""
    example = example.replace("| ", "")
    text = ""
    opened: list[int] = []
    markers: list[tuple[int, int]] = []
    formulas: list[tuple[int, int]] = []
    last = 0
    for sign in _SIGNS.finditer(example):
        text += example[last : sign.start()]
        last = sign.end()
        if sign[0] in "⟦⟪":
            opened.append(len(text))
        elif sign[0] in "⟧⟫":
            (markers if sign[0] == "⟧" else formulas).append((opened.pop(), len(text)))
    return text + example[last:], markers, formulas


def _split(example: str) -> list[str]:
    text, markers, formulas = _read(example)
    return [text[a:b] for a, b in split_sentences(text, markers=markers, formulas=formulas)]


def _expected(example: str) -> list[str]:
    return [_read(part)[0].strip() for part in example.split("| ")]


def _check(example: str) -> None:
    assert _split(example) == _expected(example)


@pytest.mark.parametrize(
    "example",
    [
        "We used mice [⟦12⟧, ⟦13⟧]. | Next we used rats.",
        "We used mice. [⟦12⟧] | Next we used rats.",
        "We used mice.[⟦12⟧] | Next we used rats.",
        "We used mice.[⟦1⟧,⟦2⟧] [⟦7⟧] | Next we used rats.",
        "We used mice ⟦[12]⟧. | Next we used rats.",
        "This grew in mice.⟦¹²⟧,⟦¹³⟧ | A second study followed.",
        "This grew in mice.⟦³⟧–⟦⁷⟧, ⟦⁹⟧ | A second study followed.",
        "This grew in mice.¹²,¹³ | A second study followed.",
        "This grew in mice¹². | A second study followed.",
        "This grew in mice.⟦12⟧ | A second study followed.",
        "This grew in mice. ⟦12⟧ | A second study followed.",
        "This grew in mice.3 | A second study followed.",
        "This grew in mice (⟦Smith et al., 2010⟧). | A second study followed.",
        "This grew in mice. (⟦Smith et al., 2010⟧) | A second study followed.",
        "It grew (⟦Smith et al. 2010⟧; ⟦Lee and J. Kim 2012⟧). | It fell.",
        "It grew as said by “some” authors.”⟦⁴⟧ | It fell.",
        "It grew by 55%.⟦⁵⟧ | However, it fell.",
    ],
)
def test_markers_at_the_end_stay_with_their_sentence(example: str) -> None:
    _check(example)


@pytest.mark.parametrize(
    "example",
    [
        "It was shown before. | [⟦12⟧] have found the same.",
        "It was shown before. | (⟦Amann et al., 2007⟧) have found the same.",
        "It was shown before. | ⟦Smith et al., 2010⟧ showed more.",
        "It was shown before. | ⟦van Dijk et al. 2010⟧ showed more.",
        "It was shown in wheat, rice, etc. (⟦Hao, 2011⟧). | Thin stems are rare.",
        "It grew. [⟦36⟧]. | Next it fell.",
    ],
)
def test_markers_at_the_start_begin_their_sentence(example: str) -> None:
    _check(example)


@pytest.mark.parametrize(
    "example",
    [
        "As in (⟦Smith J. The first. 2010⟧) it grew.",
        "As said by ⟦A. Smith. However 2010⟧ it grew.",
        "It grew as ⟪p. X = 0. Y⟫ says.",
        "It grew ⟦12.⟧ | Next it fell.",
        "It grew ⟦(Smith et al., 2010).⟧ | Next it fell.",
        "⟦Smith et al.⟧ The found it.",
        "It is given by ⟪x = y.⟫ | Here y is large.",
        "It is given by ⟪x = y⟫. | Here y is large.",
        "It was solved. | ⟪x⟫ is the mean.",
    ],
)
def test_stops_inside_markers_and_formulas_do_not_count(example: str) -> None:
    _check(example)


@pytest.mark.parametrize(
    "example",
    [
        "Work of Smith et al. (⟦2010⟧) showed it.",
        "Work of Smith et al. [⟦12⟧] showed it.",
        "Work of Smith et al. Nature was quoted.",
        "Smith et al., who found it, agree.",
        "It was found by Smith et al. | In contrast, we saw none.",
        "It was found by Smith et al.⟦¹³⟧ | Furthermore, it fell.",
        "Smith et al⟦¹³⟧. recently found the same.",
        "It is in Fig. 2 and Figs. 2–4 and Fig. S3.",
        "It is in S1 Fig. | The curve falls.",
        "It follows from Eq. (3) and HS-Eq. 17.",
        "It is in ref. 14, refs. 14 and 15 and Ref. ⟦12⟧.",
        "Cereals, e.g. Triticum, grow; others, i.e. Oryza, do not (cf. Lee).",
        "We saw mice vs. Rats, approx. 5 or ca. 1900.",
        "It was Fusarium sp. ST29 and Bacillus spp. and O. sativa subsp. Japonica.",
        "We found A. b. var. major, sp. nov. and cv. Nipponbare.",
        "We used many Fusarium spp. | The others died.",
        "See No. 5, Vol. 3, Vol. IV and p. 12.",
        "The answer was no. | We went on.",
        "Dr. Smith, Prof. Lee and St. Louis were there.",
        "It came from Merck Inc. Chicago and Sigma Ltd. Osaka.",
        "It came from Merck Inc. | The rest was made here.",
        "The U.S. Department and the U.K. Government paid.",
        "It was made in the U.S. | However, it was sold here.",
        "She has a Ph.D. degree and an M.D. from Yale.",
        "It began at 9 a.m. | Samples were taken.",
        "It was given p.o. and i.v. to mice.",
        "It was given i.p. LPS was not used.",
        "It was given i.v. | Mice were watched.",
        "The mean was 5 (s.d. 2) with s.d. 3.",
        "We grew maize, wheat, etc. | Plants were cut.",
        "The metal Al. | Rye tolerates it.",
    ],
)
def test_abbreviations(example: str) -> None:
    _check(example)


@pytest.mark.parametrize(
    "example",
    [
        "We used E. coli, C. elegans and S. cerevisiae.",
        "We used S. Typhimurium and L. Japonicus mutants.",
        "It came from J. A. Smith, J.-P. Sartre and J.A. Young in Rome.",
        "They need vitamin D. | These are rare.",
        "They need vitamin D. | Serum was taken.",
        "We watched group B. | Mice were fed.",
        "They are of type I. | Variation was small.",
        "It was kept at 600 K. | After this, it fell.",
        "It was kept at 35⁰ C. | Both oils were dried.",
        "It was Oryza sativa L. | The others died.",
        "We had P. | A total of 5 died.",
        "By hand of J. A. Smith.",
        "The shrub Vigna aconitifolia (Jacq.) Maréchal and Vigna umbellata (Thunb.) Ohwi grow.",
    ],
)
def test_single_capitals_are_initials_labels_or_units(example: str) -> None:
    _check(example)


@pytest.mark.parametrize(
    "example",
    [
        "It rose by 0.05 to 1.5 (P < .05 in all) under v2.1 of it.",
        "We gave 0.5 mg/kg. | The mice slept.",
        "It was seen in 2010. | The mice slept.",
        "It was seen in 2010. | 25 patients slept.",
        "The value was P = 0. 05 in all.",
        "See Section 3.2. | We go on.",
        "See Fig. 1A. | The curve falls.",
        "They are of type II. | These are rare.",
        "It was fine (n = 5). | In the end it fell.",
        "We saw IL-6. | TNF-α was lower.",
        "It was stirred for 30 min. | Tubes were cooled.",
        "It was stirred for 30 min. 5 more were added.",
        "It was stirred for 4 h. | RNA was taken.",
        "It was stirred for 20 min. | cDNA was made.",
        "It took place under 10.1000/xyz.123 The end.",
        "See https://example.org/a.b?c=D. | The end.",
        "Write to a.b@example.org or see www.example.org today.",
        "1. First item of all.",
        "We did this: 1. First we sat; 2. Then we stood.",
        "Figure 3. The curve falls.",
        "Table S3. Sequences of primers.",
        "It has (i) one part; (ii) another part.",
        "It has two parts. | (ii) The other is red.",
        "It has two parts. | (B) The other is red.",
        "Results: A mouse died; The rest lived.",
        "The length was: 15. | For this we cut.",
    ],
)
def test_numbers_units_and_labels(example: str) -> None:
    _check(example)


@pytest.mark.parametrize(
    "start",
    [
        "mRNA levels",
        "miR-21 levels",
        "siRNA levels",
        "p53 levels",
        "pH values",
        "α-SMA levels",
        "β-catenin levels",
        "eCO₂ levels",
        "c-Jun levels",
        "p-values",
        "de Vries et al. said",
        "van der Berg said",
        "[³H]IAA levels",
        "(E)-2-Hexenal levels",
        "∆AfsakA levels",
    ],
)
def test_a_sentence_can_start_without_a_capital(start: str) -> None:
    _check(f"It was seen in vivo. | {start} rose.")
    _check(f"It was seen in vivo [⟦12⟧]. | {start} rose.")


@pytest.mark.parametrize(
    "example",
    [
        "It was a cat. lat. and small thing.",
        "It grew (⟦Lee 2010⟧). | kappa coefficients were used.",
        "A study of Shafik and Bedeir (1980). showed it.",
        "It was kept at pH 7. and cooled.",
    ],
)
def test_small_letters_start_a_sentence_only_behind_a_bracket_or_marker(example: str) -> None:
    _check(example)


@pytest.mark.parametrize(
    "example",
    [
        "Did it grow? | It did! | We saw it.",
        "He said “it has effect.” | Next he left.",
        'He said "it has effect." | "Next" he left.',
        "It grew (see below.) | Next it fell.",
        "It grew (see Fig. 2. There it is) and fell.",
        "(It grew. | It fell again.) | Next it rose.",
        "It grew. | (It fell again.) | Next it rose.",
        "It grew (see a (b. The c) and d. The e) and fell.",
        "It was closed. (Table 1).",
        "It was shown. | (Left) The curve falls.",
        "It was Michelia Rupr. (61.60%) [⟦31⟧] and others.",
        "It grew ... and fell.",
        "It grew … | Then it fell.",
        "If it grows … THEN it falls.",
        "It was read with X!Tandem of the group.",
        "It grew. . . and fell.",
        "It grew in many genes.| The others fell.",
        "It was bought (Changchun, China).| We used it.",
        "It grew [⟦8⟧,⟦9⟧].| In the end it fell.",
        "The call is pandas.DataFrame of Python.",
        "It grew。 | Then it fell.",
        "  It grew. | Then it fell.  ",
    ],
)
def test_other_stops_quotes_and_brackets(example: str) -> None:
    _check(example)


def test_a_long_aside_is_cut() -> None:
    aside = "it was seen again and again in mice. It was seen in rats "
    assert len(_split(f"We know ({aside}) all.")) == 1
    assert len(_split(f"We know ({aside * (ASIDE // len(aside) + 1)}) all.")) > 2


def test_a_bracket_that_is_never_closed_holds_nothing_together() -> None:
    _check("The range [0, 1) is open. | The range (0, 1] is too. | It is so.")


def test_nothing_gives_no_sentence() -> None:
    assert split_sentences("") == []
    assert split_sentences("  \n ") == []


@pytest.mark.parametrize("span", [(-1, 2), (0, 9), (3, 2)])
def test_a_span_outside_the_text_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="outside the text, which has 8 characters"):
        split_sentences("It grew.", markers=[span])
    with pytest.raises(ValueError, match="outside the text"):
        split_sentences("It grew.", formulas=[span])


_PIECES = st.sampled_from(
    "a Mice The mRNA et al Fig 2010 12 ³ [12] (Lee) E J. A. . . ... . ! ? … ( ) [ ] “ ” ' \" , ; :"
    " - \u00a0 e.g. p53 β 0.05 \ufdd0 。 .".split()
)
_TEXTS = st.one_of(
    st.lists(st.tuples(_PIECES, st.sampled_from(["", " ", " ", "  "])), max_size=60).map(
        lambda pairs: "".join(piece + gap for piece, gap in pairs)
    ),
    st.text(max_size=80),
)


@st.composite
def _marked_texts(
    draw: st.DrawFn,
) -> tuple[str, list[tuple[int, int]], list[tuple[int, int]]]:
    text = draw(_TEXTS)
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=12)))
    spans = list(zip(cuts[::2], cuts[1::2], strict=False))
    kinds = draw(st.lists(st.booleans(), min_size=len(spans), max_size=len(spans)))
    return (
        text,
        [span for span, is_marker in zip(spans, kinds, strict=True) if is_marker],
        [span for span, is_marker in zip(spans, kinds, strict=True) if not is_marker],
    )


@given(_marked_texts())
def test_sentences_partition_the_text_around_markers_and_formulas(
    marked: tuple[str, list[tuple[int, int]], list[tuple[int, int]]],
) -> None:
    text, markers, formulas = marked
    sentences = split_sentences(text, markers=markers, formulas=formulas)
    end = 0
    for first, last in sentences:
        assert end <= first < last
        assert not text[end:first].strip()
        assert text[first:last] == text[first:last].strip()
        end = last
    assert not text[end:].strip()
    for first, last in markers + formulas:
        shown = text[first:last].strip()
        begin = first + text[first:last].find(shown)
        if shown:
            assert any(a <= begin and begin + len(shown) <= b for a, b in sentences)


@given(_marked_texts())
def test_the_order_of_the_spans_does_not_matter(
    marked: tuple[str, list[tuple[int, int]], list[tuple[int, int]]],
) -> None:
    text, markers, formulas = marked
    assert split_sentences(text, markers=markers, formulas=formulas) == split_sentences(
        text, markers=markers[::-1], formulas=formulas[::-1]
    )


# Texts that make a careless pattern or a look back without limit take a time that grows with the
# square of their length; at this length such a test would not end.
_LENGTH = 200_000
_ADVERSARIAL: dict[str, Callable[[int], str]] = {
    "dots": lambda n: "." * n,
    "dots before a digit": lambda n: "." * n + "5",
    "spaced dots": lambda n: ". " * (n // 2) + ".x",
    "stops and closing brackets": lambda n: ".)" * (n // 2),
    "opening brackets": lambda n: "a. " + "(" * n,
    "open asides": lambda n: "(a. B" * (n // 5),
    "closed asides": lambda n: "(a. B) " * (n // 7),
    "bracket never closed behind a stop": lambda n: "a. [" + "x" * n,
    "raised numbers": lambda n: "a." + "¹ " * (n // 2) + "x",
    "brackets of numbers": lambda n: "a." + "[1]" * (n // 3) + "x",
    "one word": lambda n: "It grew. " + "A" * n + ".b" * n,
    "glued sentences": lambda n: "mice.Aaa " * (n // 9),
    "spaces": lambda n: "It grew." + " " * n + "It fell.",
    "sentences": lambda n: "We saw it. " * (n // 11),
}


@pytest.mark.parametrize("name", _ADVERSARIAL)
def test_the_work_grows_linearly(name: str) -> None:
    make = _ADVERSARIAL[name]
    short, long = (_calls(make(length)) for length in (_LENGTH // 2, _LENGTH))
    assert long <= 2.2 * short + 200


def test_many_markers_are_masked_in_linear_work() -> None:
    def work(count: int) -> int:
        return _calls("a [" + "12 " * count + "].", [(3 + 3 * n, 5 + 3 * n) for n in range(count)])

    assert work(20_000) <= 2.2 * work(10_000) + 200


def _calls(text: str, markers: list[tuple[int, int]] | None = None) -> int:
    """How many functions, built-in ones included, are called to split a text."""
    count = 0

    def note(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        split_sentences(text, markers=markers or [])
    finally:
        sys.setprofile(before)
    return count


_STRAY = re.compile(r"(?:\b(?:et al|[Ff]igs?|[Rr]efs?|e\.g|i\.e|vs|cf|Eqs?|approx|cv|subsp)\.)$")


def test_real_paragraphs_are_cut_where_another_splitter_cuts_them(data: Path) -> None:
    """BlingFire knows neither markers nor genes, but it agrees on nearly every plain boundary."""
    import blingfire

    ours = theirs = both = 0
    for text, markers, formulas in _paragraphs(data, members=20):
        sentences = split_sentences(text, markers=markers, formulas=formulas)
        starts = {first for first, _ in sentences[1:]}
        _, spans = blingfire.text_to_sentences_and_offsets(text)
        others = {first for first, _ in spans[1:]}
        ours += len(starts)
        theirs += len(others)
        both += len(starts & others)
        for (a, b), (c, _) in pairwise(sentences):
            if _STRAY.search(text[a:b]):
                assert text[c:].split()[0] in STARTERS, text[a : c + 40]
    assert theirs > 1500
    assert both / theirs >= 0.99
    assert both / ours >= 0.97


def _paragraphs(
    data: Path, members: int
) -> Iterator[tuple[str, list[tuple[int, int]], list[tuple[int, int]]]]:
    """Citing paragraphs of the first articles of the stored package."""
    from semsearch.parse.jats.rendering import render

    package = data / "jats" / "oa_comm_xml.small.tar.gz"
    if not package.is_file():
        pytest.skip(f"there are no articles at {package}")
    with tarfile.open(package) as archive:
        for member in islice((m for m in archive if m.isfile()), members):
            file = archive.extractfile(member)
            assert file is not None
            root = etree.fromstring(file.read(), etree.XMLParser(remove_comments=True))
            citing = frozenset(root.iterfind(".//xref[@ref-type='bibr']"))
            for paragraph in root.iterfind("./body//p"):
                block = render(paragraph, citing=citing)
                if block.markers and not block.breaks:
                    spans = [(x.start, x.end) for x in block.markers]
                    yield block.text, spans, list(block.formulas)

"""Sets of rows as bits against plain booleans, and lists of values both ways against Python's."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import faiss
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from semsearch.errors import DamageError
from semsearch.index.bitmaps import Bitmap
from semsearch.index.columns import (
    NO_YEAR,
    NOTICES,
    RELATIONSHIPS,
    SECTIONS,
    TYPES,
    ColumnArrays,
    open_columns,
    save_columns,
    with_sets,
)
from semsearch.index.value_lists import value_lists
from semsearch.retrieve.facets import count_values, facet_counts
from semsearch.retrieve.filter_parsing import parse_filter
from semsearch.retrieve.filters import FilterField

MASKS = st.lists(st.booleans(), max_size=300).map(lambda rows: np.array(rows, dtype=np.bool_))
PAIRS = st.integers(0, 300).flatmap(
    lambda size: st.tuples(*[st.lists(st.booleans(), min_size=size, max_size=size)] * 2)
)


@given(mask=MASKS)
def test_bitmap_is_the_mask(mask: NDArray[np.bool_]) -> None:
    found = Bitmap.of_mask(mask)
    assert found.mask().tolist() == mask.tolist()
    assert found.rows().tolist() == np.flatnonzero(mask).tolist()
    assert len(found) == mask.sum()
    assert bool(found) == mask.any()
    rows = np.flatnonzero(mask)[::-1]
    again = Bitmap.of_rows(np.append(rows, rows), len(mask))
    assert again.words.tolist() == found.words.tolist()


@given(pair=PAIRS)
def test_joined_sets_are_joined_masks(pair: tuple[list[bool], list[bool]]) -> None:
    one, other = (np.array(rows, dtype=np.bool_) for rows in pair)
    first, second = Bitmap.of_mask(one), Bitmap.of_mask(other)
    for found, expected in (
        (first & second, one & other),
        (first | second, one | other),
        (~first, ~one),
        (first & ~second, one & ~other),
        (~(first | ~second), ~(one | ~other)),
    ):
        assert found.mask().tolist() == expected.tolist()
        assert len(found) == expected.sum()
        assert bool(found) == expected.any()


@given(mask=MASKS)
def test_faiss_reads_the_same_bits(mask: NDArray[np.bool_]) -> None:
    words = np.ascontiguousarray(Bitmap.of_mask(mask).words)
    selector = faiss.IDSelectorBitmap(len(mask), faiss.swig_ptr(words.view(np.uint8)))
    assert [selector.is_member(row) for row in range(len(mask))] == mask.tolist()


LISTS = st.lists(st.lists(st.sampled_from(["a", "B", "b", "ß", "été", "x y"]), unique=True))


@given(lists=LISTS, data=st.data())
def test_lists_are_read_both_ways(lists: list[list[str]], data: st.DataObject) -> None:
    found = value_lists(lists)
    known = sorted({value for one in lists for value in one}, key=str.encode)
    assert [bytes(value).decode() for value in found.values] == known
    for code, value in enumerate(known):
        holders = [number for number, one in enumerate(lists) if value in one]
        assert found.holders.of([code]).tolist() == holders
        assert found.code(value) == code
        same = [c for c, one in enumerate(known) if one.casefold() == value.casefold()]
        assert list(found.codes_of(value.upper())) == same
    assert found.code("c") is None
    things = data.draw(st.lists(st.integers(0, len(lists) - 1)) if lists else st.just([]))
    counts = found.counts_of(np.array(things, dtype=np.int64))
    expected = Counter(value for number in things for value in lists[number])
    assert counts.tolist() == [expected[value] for value in known]
    taken = found.taken(np.array(things, dtype=np.int64))
    for place, number in enumerate(things):
        codes = taken.codes[taken.offsets[place] : taken.offsets[place + 1]]
        assert {known[code] for code in codes} == set(lists[number])


def many(random: np.random.Generator, rows: int, papers: int) -> ColumnArrays:
    """Columns with common and rare values."""
    journals = [f"Journal {random.geometric(0.2)}" for _ in range(papers)]
    return ColumnArrays(
        paper=random.integers(0, papers, rows).astype(np.int32),
        section=random.integers(-1, len(SECTIONS), rows).astype(np.int8),
        types=random.integers(0, 1 << len(TYPES), rows).astype(np.uint8),
        relationships=random.integers(0, 1 << len(RELATIONSHIPS), rows).astype(np.uint8),
        targets=value_lists([[f"doi:10.5555/{n % 7}"] if n % 3 else [] for n in range(rows)]),
        target_authors=value_lists([[f"author {n % 90}"] for n in range(rows)]),
        papers=np.array([f"doi:10.5555/p{n:03}".encode() for n in range(papers)]),
        year=random.choice([NO_YEAR, 1999, 2005, 2010, 2011], papers).astype(np.int16),
        notices=random.integers(0, 1 << len(NOTICES), papers).astype(np.uint8),
        cited=np.zeros(papers, dtype=np.int32),
        journals=value_lists([[one] if random.random() < 0.9 else [] for one in journals]),
        licences=value_lists([["CC BY 4.0"] for _ in range(papers)]),
        publication_types=value_lists([["review"] if n % 2 else [] for n in range(papers)]),
        authors=value_lists([[f"name {n % 40}"] for n in range(papers)]),
    )


@given(seed=st.integers(0, 10**6), rows=st.integers(1, 400), share=st.sampled_from([0, 0.1, 1]))
def test_sets_and_counts_are_those_of_the_arrays(seed: int, rows: int, share: float) -> None:
    random = np.random.default_rng(seed)
    arrays = many(random, rows, 60)
    columns = with_sets(arrays)
    for value, section in enumerate(SECTIONS):
        found = parse_filter({"section": section.value}).allowed(columns).mask()
        assert found.tolist() == (arrays.section == value).tolist()
    for bounds in ({"from": 2005}, {"to": 2005}, {"from": 2000, "to": 2010}, {"from": 2012}):
        year = arrays.year[arrays.paper]
        inside = (year >= bounds.get("from", 0)) & (year <= bounds.get("to", 9999)) & (year > 0)
        found = parse_filter({"year": bounds}).allowed(columns).mask()
        assert found.tolist() == inside.tolist()
    names = [bytes(value).decode() for value in arrays.journals.values]
    kept = {bytes(one).decode() for one in columns.sets.names}
    chosen = np.flatnonzero(random.random(rows) < share)
    counted = count_values(columns, chosen, FilterField.JOURNAL)
    for code, name in enumerate(names):
        papers = set(arrays.journals.holders.of([code]).tolist())
        of_rows = [int(paper) in papers for paper in arrays.paper]
        found = parse_filter({"journal": name.upper()}).allowed(columns).mask()
        assert found.tolist() == of_rows
        assert (f"journals={name}" in kept) == (sum(of_rows) * 32 >= rows and any(of_rows))
        assert counted.get(name, 0) == sum(of_rows[row] for row in chosen)
    few = facet_counts(columns, chosen, FilterField.TARGET_AUTHOR, most=3)
    every = sorted(
        Counter(f"author {row % 90}" for row in chosen.tolist()).items(),
        key=lambda pair: (-pair[1], pair[0]),
    )
    assert [(one.value, one.count) for one in few.values] == every[:3]
    assert few.more == max(0, len(every) - 3)


def test_written_columns_are_opened_as_they_were(tmp_path: Path) -> None:
    columns = with_sets(many(np.random.default_rng(3), 200, 60))
    for name in ("one", "two"):
        save_columns(tmp_path / name, columns)
    opened = open_columns(tmp_path / "one", 200)
    for given_filter in ({"section": "results"}, {"journal": "Journal 2"}, {"year": 2005}):
        wanted = parse_filter(given_filter)
        assert wanted.allowed(opened).rows().tolist() == wanted.allowed(columns).rows().tolist()
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    with pytest.raises(DamageError, match="has 200 rows, expected 201"):
        open_columns(tmp_path / "one", 201)
    (tmp_path / "two" / "sets.words.npy").write_bytes(b"cut off")
    with pytest.raises(DamageError, match=r"sets\.words\.npy cannot be read"):
        open_columns(tmp_path / "two", 200)

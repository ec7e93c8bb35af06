"""Canonical sections of printed headings."""

from __future__ import annotations

import pytest

from semsearch.parse.sections import canonical_section, section_of_heading
from semsearch.records import Section


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("Introduction", Section.INTRODUCTION),
        ("1. Introduction", Section.INTRODUCTION),
        ("I. INTRODUCTION", Section.INTRODUCTION),
        ("Background and aims", Section.INTRODUCTION),
        ("2 MATERIALS AND METHODS", Section.METHODS),
        ("Patients and methods", Section.METHODS),
        ("Materials & Methods", Section.METHODS),
        ("STAR★Methods", None),
        ("Results and Discussion", Section.RESULTS),
        ("3.2. RESULTS & DISCUSSION", Section.RESULTS),
        ("Discussion and Conclusions", Section.DISCUSSION),
        ("Conclusions and future perspectives", Section.CONCLUSION),
        ("4) Concluding remarks:", Section.CONCLUSION),
        ("IL-6 signalling", None),
        ("Introduction of mutations into mice", None),
        ("Methods of the ancients", None),
        ("", None),
        (None, None),
    ],
)
def test_heading_names_its_section(heading: str | None, section: Section | None) -> None:
    assert section_of_heading(heading) is section


def test_nearest_heading_that_names_a_section_decides() -> None:
    levels = [("IL-6 signalling", None), ("Discussion", None), ("Results", None)]
    assert canonical_section(levels) is Section.DISCUSSION


def test_sec_type_decides_where_the_title_says_nothing() -> None:
    assert canonical_section([("What we did", "materials|methods")]) is Section.METHODS


def test_undecided_place_is_other() -> None:
    assert canonical_section([("Heart", None)]) is Section.OTHER

"""Identifiers in their one form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.language.identifiers import (
    find_doi,
    normalize_arxiv,
    normalize_doi,
    normalize_orcid,
    normalize_pmcid,
    normalize_pmid,
    paper_id,
)


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("10.1371/journal.PONE.0210740", "10.1371/journal.pone.0210740"),
        ("https://doi.org/10.1000/xyz", "10.1000/xyz"),
        ("http://dx.doi.org/10.1000/xyz.", "10.1000/xyz"),
        ("doi: 10.1000/xyz", "10.1000/xyz"),
        ("DOI:10.1000/xyz", "10.1000/xyz"),
        ("10.1016/S0140-6736(05)67728-8", "10.1016/s0140-6736(05)67728-8"),
        ("10.1000/xyz)", "10.1000/xyz"),
        ("https://doi.org/10.1000%2Fxyz", "10.1000/xyz"),
        ("10.1000", None),
        ("PMC123", None),
        ("", None),
        (None, None),
    ],
)
def test_doi_has_one_form(text: str | None, doi: str | None) -> None:
    assert normalize_doi(text) == doi


@given(st.text(max_size=40))
def test_normalised_doi_stays_as_it_is(text: str) -> None:
    doi = normalize_doi(f"10.1234/{text}")
    assert doi is None or normalize_doi(doi) == doi


def test_doi_is_found_in_running_text() -> None:
    assert (
        find_doi("Lee et al. Cell 2001 (doi:10.1016/j.cell.2001.01). Epub.")
        == "10.1016/j.cell.2001.01"
    )


def test_numbers_of_pubmed_and_pmc() -> None:
    assert normalize_pmid(" 12376648 ") == "12376648"
    assert normalize_pmid("PMID: 12376648") == "12376648"
    assert normalize_pmid("0") is None
    assert normalize_pmcid("3052594") == "PMC3052594"
    assert normalize_pmcid("pmc3052594.1") == "PMC3052594"
    assert normalize_pmcid("10.1/x") is None


def test_arxiv_number_loses_its_version() -> None:
    assert normalize_arxiv("arXiv:2004.07180v2") == "2004.07180"
    assert normalize_arxiv("hep-th/9901001") == "hep-th/9901001"
    assert normalize_arxiv("2004") is None


def test_orcid_with_a_wrong_check_digit_is_none() -> None:
    assert normalize_orcid("https://orcid.org/0000-0002-1825-0097") == "0000-0002-1825-0097"
    assert normalize_orcid("0000-0001-5109-3700") == "0000-0001-5109-3700"
    assert normalize_orcid("0000-0002-1694-233X") == "0000-0002-1694-233X"
    assert normalize_orcid("0000-0002-1825-0098") is None


def test_strongest_identifier_names_the_paper() -> None:
    assert paper_id(doi="10.1/x", pmid="1", pmcid="PMC1") == "doi:10.1/x"
    assert paper_id(doi=None, pmid="1", pmcid="PMC1") == "pmid:1"
    assert paper_id(doi=None, pmid=None, pmcid="PMC1") == "pmcid:PMC1"
    assert paper_id(doi=None, pmid=None, pmcid=None, arxiv="2004.07180") == "arxiv:2004.07180"
    assert paper_id(doi=None, pmid=None, pmcid=None) is None

"""IRIs, keys and addresses."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from semsearch.errors import QueryError
from semsearch.export.identifiers import (
    check_base_url,
    cite_key,
    paper_iri,
    statement_link,
    work_iri,
)


@given(st.text(), st.text())
def test_two_papers_never_have_one_key(one: str, other: str) -> None:
    assert (cite_key(one) == cite_key(other)) == (one == other)
    assert re.fullmatch(r"[A-Za-z0-9:./_+-]*", cite_key(one))


def test_keys_stay_apart_where_a_lazy_one_would_not() -> None:
    assert cite_key("doi:10.5555/x(y)") == "doi:10.5555/x+28y+29"
    assert cite_key("doi:10.5555/x+28y+29") == "doi:10.5555/x+2b28y+2b29"


@pytest.mark.parametrize(
    ("identity", "iri"),
    [
        ("doi:10.5555/a<b>#c?d%e", "https://doi.org/10.5555/a%3Cb%3E%23c%3Fd%25e"),
        ("doi:10.1016/s1368-8375(97)00053-5", "https://doi.org/10.1016/s1368-8375(97)00053-5"),
        ("pmid:123", "https://pubmed.ncbi.nlm.nih.gov/123"),
        ("pmcid:PMC7", "https://www.ncbi.nlm.nih.gov/pmc/articles/PMC7"),
        ("arxiv:2004.07180", "https://arxiv.org/abs/2004.07180"),
        ("sha256:" + "00" * 32, "ni:///sha-256;" + "A" * 43),
        ("sha256:zz", None),
        ("work:1f", None),
        ("", None),
    ],
)
def test_a_work_has_the_iri_of_its_identifier(identity: str, iri: str | None) -> None:
    assert work_iri(identity) == iri
    assert paper_iri(identity) == iri or paper_iri(identity).startswith("urn:uuid:")


@pytest.mark.parametrize(
    ("given", "link"),
    [
        ("/api/v1", "/api/v1/statements/a"),
        ("/", "/statements/a"),
        ("https://example.org", "https://example.org/statements/a"),
        ("HTTPS://example.org:8443/x/", "HTTPS://example.org:8443/x/statements/a"),
    ],
)
def test_links_begin_with_the_base_url(given: str, link: str) -> None:
    assert statement_link(check_base_url(given), "a") == link


@pytest.mark.parametrize(
    "text",
    [
        "", "javascript:alert(1)", "example.org", "//evil.example", "ftp://x", "https://",
        "https://x/\r\nSet-Cookie: a", "https://x/<script>", "https://x/?q=", "/a b", "=1+1",
        "/\x00", "https://x\u2028", "/\u202e",
    ],
)  # fmt: skip
def test_what_is_no_base_url_is_refused(text: str) -> None:
    with pytest.raises(QueryError, match="the base URL is"):
        check_base_url(text)

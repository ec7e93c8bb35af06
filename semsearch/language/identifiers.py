"""Identifiers of works in one canonical form each.

A function gives ``None`` for what is not such an identifier, so that a wrong value in a file never
becomes an id. No identifier is guessed from another.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

# DOI Handbook 2.2: "10.", a registrant of digits and dots, "/", and any printable suffix.
_DOI = re.compile(r"10\.\d{4,9}(?:\.\d+)*/\S+")
_DOI_PREFIX = re.compile(r"^(?:https?://)?(?:dx\.|www\.)?doi\.org/|^doi\s*:?\s*", re.IGNORECASE)
_PMID = re.compile(r"[1-9]\d{0,8}")
_PMCID = re.compile(r"(?:PMC)?([1-9]\d{0,8})(?:\.\d+)?", re.IGNORECASE)
_ARXIV = re.compile(
    r"(?:arxiv:|https?://arxiv\.org/(?:abs|pdf)/)?"
    r"(\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?",
    re.IGNORECASE,
)
_CORPUSID = re.compile(r"[1-9]\d{0,11}")
_ORCID = re.compile(r"(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])", re.IGNORECASE)


def normalize_doi(text: str | None) -> str | None:
    """The DOI in ``text`` in lower case, without a resolver; DOIs ignore case (ISO 26324)."""
    if not text:
        return None
    bare = _DOI_PREFIX.sub("", text.strip())
    if "%2" in bare:
        bare = unquote(bare)
    match = _DOI.match(bare)
    if match is None:
        return None
    doi = match.group().rstrip(".,;:")
    while doi.endswith((")", "]", ">")) and doi.count(doi[-1]) > doi.count(_OPENING[doi[-1]]):
        doi = doi[:-1].rstrip(".,;:")
    return doi.lower() if _DOI.fullmatch(doi) else None


_OPENING = {")": "(", "]": "[", ">": "<"}


def find_doi(text: str) -> str | None:
    """The first DOI that stands anywhere in running text."""
    match = _DOI.search(text)
    return normalize_doi(match.group()) if match else None


def normalize_pmid(text: str | None) -> str | None:
    """A PubMed number: 1 to 9 digits without leading zeros."""
    bare = re.sub(r"^pmid:?\s*", "", (text or "").strip(), flags=re.IGNORECASE)
    return bare if _PMID.fullmatch(bare) else None


def normalize_pmcid(text: str | None) -> str | None:
    """A PubMed Central number with its prefix and without its version, such as ``PMC3052594``."""
    match = _PMCID.fullmatch((text or "").strip())
    return f"PMC{match.group(1)}" if match else None


def normalize_arxiv(text: str | None) -> str | None:
    """An arXiv number without its version, such as ``2004.07180`` or ``hep-th/9901001``."""
    match = _ARXIV.fullmatch((text or "").strip())
    return match.group(1).lower() if match else None


def normalize_corpusid(text: str | None) -> str | None:
    """A number of Semantic Scholar: digits without leading zeros."""
    bare = re.sub(r"^corpusid:\s*", "", (text or "").strip(), flags=re.IGNORECASE)
    return bare if _CORPUSID.fullmatch(bare) else None


def normalize_orcid(text: str | None) -> str | None:
    """An ORCID iD in its bare form, when its check digit is right (ISO 7064 mod 11-2)."""
    match = _ORCID.search(text or "")
    if match is None:
        return None
    digits = "".join(match.groups()).upper()
    total = 0
    for digit in digits[:-1]:
        total = (total + int(digit)) * 2
    check = (12 - total % 11) % 11
    if digits[-1] != ("X" if check == 10 else str(check)):
        return None
    return "-".join(digits[i : i + 4] for i in range(0, 16, 4))


def paper_id(
    *,
    doi: str | None,
    pmid: str | None,
    pmcid: str | None,
    arxiv: str | None = None,
    corpusid: str | None = None,
) -> str | None:
    """The one id of a work, from its strongest normalised identifier; None without any."""
    if doi:
        return f"doi:{doi}"
    if pmid:
        return f"pmid:{pmid}"
    if pmcid:
        return f"pmcid:{pmcid}"
    if arxiv:
        return f"arxiv:{arxiv}"
    return f"corpusid:{corpusid}" if corpusid else None

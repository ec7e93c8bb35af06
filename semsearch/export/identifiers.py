"""IRIs and citation keys of works, and the addresses of statements."""

from __future__ import annotations

import base64
import re
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from semsearch.errors import QueryError

#: Where statements are found unless another address is given: the path of the HTTP API.
BASE_URL = "/api/v1"

# What may stand in a path segment as it is (RFC 3986), and the slash of DOIs.
_SAFE = "/:@!$&'()*+,;=~-._"
_IN_URL = r"[^\s?#<>\"\\^`{|}]*"
# An address with a host, or a path from the root; two slashes in front would name another host.
_BASE_URL = re.compile(rf"https?://[^\s/?#<>\"\\^`{{|}}]+(?:/{_IN_URL})?|/(?!/){_IN_URL}", re.I)
_IN_KEY = re.compile(r"[^A-Za-z0-9:./_-]")
_RESOLVERS = {
    "doi": "https://doi.org/",
    "pmid": "https://pubmed.ncbi.nlm.nih.gov/",
    "pmcid": "https://www.ncbi.nlm.nih.gov/pmc/articles/",
    "arxiv": "https://arxiv.org/abs/",
}


def check_base_url(text: str) -> str:
    """An address that links of statements begin with, without a slash at its end.

    Raises:
        QueryError: it is neither an http or https address nor a path from the root.
    """
    if not text or not text.isprintable() or _BASE_URL.fullmatch(text) is None:
        raise QueryError(
            f"the base URL is {text[:60]!r}, expected one such as https://example.org/api/v1 or"
            f" {BASE_URL}"
        )
    return text.rstrip("/")


def statement_link(base_url: str, identity: str) -> str:
    """The permanent address of a statement."""
    return f"{base_url}/statements/{identity}"


def work_iri(identity: str) -> str | None:
    """The IRI of a work: where its identifier leads.

    A paper without an identifier is named by the hash of its file (RFC 6920). None for a work that
    only its title and place are known of.
    """
    scheme, _, value = identity.partition(":")
    if scheme in _RESOLVERS:
        return _RESOLVERS[scheme] + quote(value, safe=_SAFE)
    if scheme == "sha256":
        try:
            digest = base64.urlsafe_b64encode(bytes.fromhex(value)).decode().rstrip("=")
        except ValueError:
            return None
        return f"ni:///sha-256;{digest}"
    return None


def paper_iri(identity: str) -> str:
    """The IRI of a paper; a UUID (RFC 9562) of its id where ``work_iri`` does not know the kind."""
    return work_iri(identity) or f"urn:uuid:{uuid5(NAMESPACE_URL, identity)}"


def cite_key(identity: str) -> str:
    """A key of a paper for BibTeX and RIS, such as ``doi:10.5555/x+28y+29``.

    Two papers never have one key, and a paper has the same in every export: the key is the id of
    the paper, in which what BibTeX does not take in a key, and the plus sign, is written as a plus
    sign and two hex digits for each byte of its UTF-8.
    """
    return _IN_KEY.sub(lambda found: "".join(f"+{b:02x}" for b in found[0].encode()), identity)

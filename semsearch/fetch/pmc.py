"""PubMed Central in bulk: what its lists offer.

Two kinds of list, compressed with gzip or not:

- the inventory of its cloud service, rows of bucket, key, date and ETag without a head, whose keys
  ``metadata/PMC1.2.json`` name the versions of articles; the object says licence and place of the
  article;
- lists with a head such as ``oa_file_list.csv``, whose columns ``File``, ``Accession ID``,
  ``License`` and ``Last Updated (YYYY-MM-DD HH:MM:SS)`` name packages (.tar.gz).
"""

from __future__ import annotations

import csv
import gzip
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from pydantic import BaseModel, Field, TypeAdapter

from semsearch.errors import InputError
from semsearch.fetch.ledger import Wanted
from semsearch.language.identifiers import normalize_doi, normalize_pmcid
from semsearch.records import Service

_KEY: Final = re.compile(r"metadata/(PMC[1-9]\d{0,8})\.([1-9]\d{0,3})\.json")
_PACKAGE: Final = re.compile(r"(?:[\w-]+/)*[\w.-]+\.tar\.gz", re.ASCII)
_MD5: Final = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Offer:
    """A line of a list: an article, or where it is described."""

    id: str  # PMCID
    version: int
    article: Wanted | None
    metadata_url: str | None


class _Metadata(BaseModel):
    pmcid: str
    version: int = Field(ge=1)
    is_pmc_openaccess: bool
    license_code: str | None = None
    doi: str | None = None
    xml_url: str | None = None


_METADATA: Final = TypeAdapter(_Metadata)


def read_list(path: Path, base: str) -> Iterator[Offer | None]:
    """The lines of a list in their order; None for one that offers no article.

    Raises:
        InputError: the file cannot be read, or none of its lines offers an article.
    """
    offers = 0
    try:
        with path.open("rb") as stream:
            packed = stream.read(2) == b"\x1f\x8b"
        opened = gzip.open if packed else Path.open
        with opened(path, "rt", encoding="utf-8-sig", newline="") as stream:
            columns: dict[str, int] | None = None
            for row in csv.reader(stream):
                if columns is None and "File" in row and "Accession ID" in row:
                    columns = {name: place for place, name in enumerate(row)}
                    continue
                offer = _package(row, columns, base) if columns else _object(row, base)
                offers += offer is not None
                yield offer
    except (OSError, EOFError, zlib.error, UnicodeDecodeError, csv.Error) as fault:
        raise InputError(f"{path} cannot be read: {fault}") from fault
    if not offers:
        raise InputError(
            f"{path} offers no article, expected an inventory of PubMed Central's cloud service or"
            " a list with the columns File and Accession ID"
        )


def read_metadata(body: bytes, offer: Offer, base: str) -> Wanted | None:
    """The article that an object describes; None where it is not open, or has no text in XML.

    Raises:
        ValueError: it has another form, or describes another article.
    """
    said = _METADATA.validate_json(body)
    if (normalize_pmcid(said.pmcid), said.version) != (offer.id, offer.version):
        raise ValueError(f"describes {said.pmcid[:20]} version {said.version}")
    if not said.is_pmc_openaccess or said.xml_url is None:
        return None
    parts = urlsplit(said.xml_url)
    name = f"{offer.id}.{offer.version}"
    if parts.path != f"/{name}/{name}.xml":
        raise ValueError(f"the article is said to be at {parts.path[:60]!r}")
    md5 = parse_qs(parts.query).get("md5", [""])[0].lower()
    return Wanted(
        id=offer.id,
        service=Service.PMC,
        version=offer.version,
        url=f"{base.rstrip('/')}/{name}/{name}.xml",
        file=f"{name}.xml",
        doi=normalize_doi(said.doi),
        licence=said.license_code,
        md5=md5 if _MD5.fullmatch(md5) else None,
    )


def unavailable(offer: Offer) -> Wanted:
    """What the ledger keeps of an article that is not open, or has no text in XML."""
    name = f"{offer.id}.{offer.version}"
    return Wanted(
        id=offer.id,
        service=Service.PMC,
        version=offer.version,
        url=offer.metadata_url or "",
        file=f"{name}.xml",
    )


def _object(row: list[str], base: str) -> Offer | None:
    match = _KEY.fullmatch(row[1]) if len(row) > 1 else None
    if match is None:
        return None
    return Offer(match[1], int(match[2]), None, f"{base.rstrip('/')}/{match[0]}")


def _package(row: list[str], columns: dict[str, int], base: str) -> Offer | None:
    def cell(name: str) -> str:
        place = columns.get(name)
        return row[place].strip() if place is not None and place < len(row) else ""

    pmcid = normalize_pmcid(cell("Accession ID"))
    path = cell("File")
    if pmcid is None or not _PACKAGE.fullmatch(path):
        return None
    # A time is a version: 2019-11-05 11:56:12 becomes 20191105115612.
    digits = re.sub(r"\D", "", cell("Last Updated (YYYY-MM-DD HH:MM:SS)"))
    version = int(digits) if 0 < len(digits) <= 18 else 1
    article = Wanted(
        id=pmcid,
        service=Service.PMC,
        version=version,
        url=f"{base.rstrip('/')}/{path}",
        file=f"{pmcid}.{version}.tar.gz",
        licence=cell("License") or None,
    )
    return Offer(pmcid, version, article, None)

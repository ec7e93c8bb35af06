"""The formats: each with its media type, the ending of its files, and its writer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from semsearch.errors import QueryError
from semsearch.export.annotation import write_annotations
from semsearch.export.bibtex import write_bibtex
from semsearch.export.exported import ExportedStatement, ExportHead
from semsearch.export.jsonl import write_jsonl
from semsearch.export.markdown import write_markdown
from semsearch.export.ris import write_ris
from semsearch.export.table import write_csv

Writer = Callable[[ExportHead, Iterable[ExportedStatement]], Iterator[bytes]]


class ExportFormat(StrEnum):
    """What a result can be written as."""

    BIBTEX = "bibtex"
    RIS = "ris"
    CSV = "csv"
    JSONL = "jsonl"
    ANNOTATION = "annotation"
    MARKDOWN = "markdown"


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is written.

    ``write`` takes clean statements and gives pieces of the file, one for each statement or source,
    without waiting for the following ones. ``by_source``: it wants those of a source together.
    """

    media_type: str
    suffix: str
    write: Writer
    by_source: bool = False


FORMATS: Mapping[ExportFormat, Format] = {
    ExportFormat.BIBTEX: Format(
        "application/x-bibtex; charset=utf-8", ".bib", write_bibtex, by_source=True
    ),
    ExportFormat.RIS: Format(
        "application/x-research-info-systems; charset=utf-8", ".ris", write_ris, by_source=True
    ),
    ExportFormat.CSV: Format("text/csv; charset=utf-8; header=present", ".csv", write_csv),
    ExportFormat.JSONL: Format("application/x-ndjson", ".jsonl", write_jsonl),
    ExportFormat.ANNOTATION: Format(
        'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
        ".jsonld",
        write_annotations,
    ),
    ExportFormat.MARKDOWN: Format("text/markdown; charset=utf-8", ".md", write_markdown),
}


def read_format(name: str) -> ExportFormat:
    """The format with a name.

    Raises:
        QueryError: there is none.
    """
    if name not in list(ExportFormat):
        raise QueryError(f"the format is {name[:60]!r}, expected one of {', '.join(ExportFormat)}")
    return ExportFormat(name)

"""Exports of results and reports: BibTeX, RIS, CSV, JSON Lines, Web Annotation, Markdown.

An export is a stream: statements are read from the store in lots and written as they come::

    from semsearch import export

    found = export.export_search(searcher, "IL-6", options=options)
    export.write(found, export.ExportFormat.CSV, Path("il6.csv"))
"""

from __future__ import annotations

from semsearch.export.exported import ExportedStatement, ExportHead, ResultKind
from semsearch.export.formats import FORMATS, ExportFormat, Format, read_format
from semsearch.export.identifiers import BASE_URL
from semsearch.export.results import (
    Export,
    export_answer,
    export_report,
    export_search,
    export_similar,
)
from semsearch.export.writing import stream, write

__all__ = [
    "BASE_URL",
    "FORMATS",
    "Export",
    "ExportFormat",
    "ExportHead",
    "ExportedStatement",
    "Format",
    "ResultKind",
    "export_answer",
    "export_report",
    "export_search",
    "export_similar",
    "read_format",
    "stream",
    "write",
]

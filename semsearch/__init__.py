"""semsearch: the open search engine for citation statements.

The public names are loaded when they are first used, so that ``import semsearch`` stays light::

    import semsearch

    searcher = semsearch.Searcher("index/demo")
    answer = semsearch.ask(searcher, "does EMT induce IL-6")
    for hit in answer.statements:
        print(hit.score, hit.statement.text, hit.statement.paper.doi)
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from semsearch.version import __version__ as __version__

if TYPE_CHECKING:
    from semsearch.answer.ask import Answer, ask
    from semsearch.answer.examples import example_questions
    from semsearch.answer.sides import SideList, list_side
    from semsearch.claims.checking import CheckOptions, check
    from semsearch.claims.results import CheckResult
    from semsearch.encode.encoder import Encoder
    from semsearch.encode.loading import load_encoder
    from semsearch.encode.recipe import StatementRecipe
    from semsearch.errors import SemsearchError
    from semsearch.index.backup.restoring import restore_backup
    from semsearch.index.backup.taking import take_backup
    from semsearch.index.build import Builder, open_builder
    from semsearch.index.citation_types import (
        correct_citation,
        list_corrections,
        withdraw_correction,
    )
    from semsearch.index.exchange import export_store, import_store, store_lines
    from semsearch.index.report import BuildReport
    from semsearch.index.verify import Verification, verify
    from semsearch.index.watching import Watcher
    from semsearch.parse.jats import read_jats
    from semsearch.parse.packages import ArticleFiles
    from semsearch.parse.readers import read_document
    from semsearch.recommend.cite import CiteOptions, CiteResult, cite
    from semsearch.records import Citation, Document, Paper, Reference, Statement
    from semsearch.report.corpus import Corpus, describe_corpus
    from semsearch.report.options import ReportOptions
    from semsearch.report.paper import Report, report_on
    from semsearch.report.sums import check_tallies
    from semsearch.report.tally import Tally, WorkTally, aggregate_tally, tallies, tally
    from semsearch.retrieve.hits import AbstractHit, SearchResult, StatementHit
    from semsearch.search import Searcher
    from semsearch.tune.tuning import tune_model


_HOMES = {
    "AbstractHit": "semsearch.retrieve.hits",
    "Answer": "semsearch.answer.ask",
    "ArticleFiles": "semsearch.parse.packages",
    "BuildReport": "semsearch.index.report",
    "Builder": "semsearch.index.build",
    "CheckOptions": "semsearch.claims.checking",
    "CheckResult": "semsearch.claims.results",
    "Citation": "semsearch.records",
    "CiteOptions": "semsearch.recommend.cite",
    "CiteResult": "semsearch.recommend.cite",
    "Corpus": "semsearch.report.corpus",
    "Document": "semsearch.records",
    "Encoder": "semsearch.encode.encoder",
    "Paper": "semsearch.records",
    "Reference": "semsearch.records",
    "Report": "semsearch.report.paper",
    "ReportOptions": "semsearch.report.options",
    "SearchResult": "semsearch.retrieve.hits",
    "Searcher": "semsearch.search",
    "SemsearchError": "semsearch.errors",
    "SideList": "semsearch.answer.sides",
    "Statement": "semsearch.records",
    "StatementHit": "semsearch.retrieve.hits",
    "StatementRecipe": "semsearch.encode.recipe",
    "Tally": "semsearch.report.tally",
    "Verification": "semsearch.index.verify",
    "Watcher": "semsearch.index.watching",
    "WorkTally": "semsearch.report.tally",
    "aggregate_tally": "semsearch.report.tally",
    "ask": "semsearch.answer.ask",
    "check": "semsearch.claims.checking",
    "cite": "semsearch.recommend.cite",
    "check_tallies": "semsearch.report.sums",
    "describe_corpus": "semsearch.report.corpus",
    "example_questions": "semsearch.answer.examples",
    "export_store": "semsearch.index.exchange",
    "import_store": "semsearch.index.exchange",
    "list_side": "semsearch.answer.sides",
    "correct_citation": "semsearch.index.citation_types",
    "list_corrections": "semsearch.index.citation_types",
    "open_builder": "semsearch.index.build",
    "load_encoder": "semsearch.encode.loading",
    "read_document": "semsearch.parse.readers",
    "read_jats": "semsearch.parse.jats",
    "report_on": "semsearch.report.paper",
    "restore_backup": "semsearch.index.backup.restoring",
    "store_lines": "semsearch.index.exchange",
    "take_backup": "semsearch.index.backup.taking",
    "tallies": "semsearch.report.tally",
    "tally": "semsearch.report.tally",
    "tune_model": "semsearch.tune.tuning",
    "verify": "semsearch.index.verify",
    "withdraw_correction": "semsearch.index.citation_types",
}

__all__ = [
    "AbstractHit",
    "Answer",
    "ArticleFiles",
    "BuildReport",
    "Builder",
    "CheckOptions",
    "CheckResult",
    "Citation",
    "CiteOptions",
    "CiteResult",
    "Corpus",
    "Document",
    "Encoder",
    "Paper",
    "Reference",
    "Report",
    "ReportOptions",
    "SearchResult",
    "Searcher",
    "SemsearchError",
    "SideList",
    "Statement",
    "StatementHit",
    "StatementRecipe",
    "Tally",
    "Verification",
    "Watcher",
    "WorkTally",
    "__version__",
    "aggregate_tally",
    "ask",
    "check",
    "check_tallies",
    "cite",
    "correct_citation",
    "describe_corpus",
    "example_questions",
    "export_store",
    "import_store",
    "list_corrections",
    "list_side",
    "load_encoder",
    "open_builder",
    "read_document",
    "read_jats",
    "report_on",
    "restore_backup",
    "store_lines",
    "take_backup",
    "tallies",
    "tally",
    "tune_model",
    "verify",
    "withdraw_correction",
]


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module 'semsearch' has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted(__all__)

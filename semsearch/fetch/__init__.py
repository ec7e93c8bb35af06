"""Getting articles, and what services say of works, into a folder that a build reads.

    from pathlib import Path

    from semsearch.fetch import Fetcher
    from semsearch.records import Service

    with Fetcher(Path("articles")) as fetcher:
        print(fetcher.articles("interleukin-6 AND fibroblasts", limit=100))
        print(fetcher.facts(Service.CROSSREF))

No other part of this project asks the network, but alerts, for delivering what is new.
"""

from __future__ import annotations

from semsearch.fetch.fetching import Fetcher
from semsearch.fetch.report import ArticlesReport, FactsReport, FetchReport, NotFetched, summary

__all__ = ["ArticlesReport", "FactsReport", "FetchReport", "Fetcher", "NotFetched", "summary"]

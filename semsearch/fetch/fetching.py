"""Fetching into a folder: articles of a search, packages of a list, and what services say of works.

Every step leaves something that lasts, so that a run may be killed at any moment and run again:
``ledger.py`` has the contract.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import orjson

from semsearch.errors import FetchError, RefusedError, StorageError, UnansweredError, UsageError
from semsearch.fetch import europepmc, pmc
from semsearch.fetch.checks import article_fault, package_fault
from semsearch.fetch.client import Client, Saved, digests, give_name, partial_path
from semsearch.fetch.clock import Clock
from semsearch.fetch.facts import Asking
from semsearch.fetch.ledger import Ledger, Listing, State, Wanted, now
from semsearch.fetch.patience import Patience, StopError
from semsearch.fetch.report import ArticlesReport, FactsReport, NotFetched
from semsearch.index.layout import Layout, locked, replace_file
from semsearch.language.identifiers import normalize_doi
from semsearch.parse.packages import LICENCE_SUFFIX
from semsearch.progress import Progress, Quiet, Stage
from semsearch.records import Service
from semsearch.settings import Settings, settings


@dataclass(slots=True)
class Fetcher:
    """Fetches into a folder; to be used as a context, in which no other process may do so.

    Args:
        folder: made when missing.
        limits: the settings, those of the environment unless others are given.
        clock: tells the time and waits; None for that of the machine.
        again: ask again for what was skipped before, and for what services said before.
        progress: shows how far it is.
    """

    folder: Path
    limits: Settings = field(default_factory=settings)
    clock: Clock | None = None
    again: bool = False
    progress: Progress = field(default_factory=Quiet)
    _client: Client = field(init=False)
    _ledger: Ledger = field(init=False)
    _held: ExitStack = field(init=False, default_factory=ExitStack)

    def __enter__(self) -> Self:
        """Open the folder.

        Raises:
            LockedError: another process fetches into it.
            SettingError: the address of a service is none.
            StorageError: it cannot be made or written.
        """
        with ExitStack() as held:
            held.enter_context(locked(Layout(self.folder)))
            self._client = Client(self.limits, clock=self.clock)
            self._ledger = Ledger(self.folder)
            held.callback(self._ledger.close)
            if self.again:
                self._ledger.want_again()
            self._held = held.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()

    def articles(self, query: str, *, limit: int) -> ArticlesReport:
        """Fetch the open full texts that Europe PMC finds for a query.

        Args:
            query: in its syntax.
            limit: most articles of the search, in its order, that are asked for.

        Raises:
            UsageError: the query is empty.
        """
        if not query.strip():
            raise UsageError("the query is empty, expected one in the syntax of Europe PMC")
        listing = self._ledger.begin(query, europepmc.FIRST)
        report = ArticlesReport(service=Service.EUROPEPMC, asked=query, passed=listing.passed)
        patience = Patience()
        with self.progress.stage("Fetching articles", limit) as stage:
            try:
                while True:
                    listed = self._ledger.listed(listing)
                    for identity in listed[report.wanted : limit]:
                        self._take(identity, report, patience, stage)
                    report.found, report.passed = listing.found, listing.passed
                    if report.wanted >= limit or listing.listed:
                        break
                    listing, report.listing = self._next_page(query, listing)
            except (StopError, UnansweredError) as error:
                report.stopped = str(error)
                return report
            except RefusedError as error:  # of a page; maybe its cursor has become too old
                report.stopped = f"the search is refused: {error}"
        self._ledger.end(listing)
        return report

    def packages(self, source: Path, *, limit: int | None) -> ArticlesReport:
        """Fetch the open articles that a list of PubMed Central names.

        Args:
            source: the list; ``fetch.pmc`` says which there are.
            limit: most articles that are asked for, in the order of the list; None for all.

        Raises:
            InputError: the list cannot be read, or offers no article.
        """
        report = ArticlesReport(service=Service.PMC, asked=str(source))
        patience = Patience()
        with self.progress.stage("Fetching articles", limit) as stage:
            try:
                for offer in pmc.read_list(source, self.limits.pmc_url):
                    if offer is None:
                        continue
                    if limit is not None and report.wanted >= limit:
                        break
                    report.found += 1
                    if self._offered(offer, report, patience):
                        self._take(offer.id, report, patience, stage)
            except StopError as stop:
                report.stopped = str(stop)
        return report

    def facts(self, service: Service, dois: Iterable[str] = ()) -> FactsReport:
        """Ask a service about the articles of the folder, and other works.

        Args:
            service: Crossref for metadata and notices, OpenCitations for counts.
            dois: of other works.

        Raises:
            UsageError: the service has no such answers.
        """
        if service not in (Service.CROSSREF, Service.OPENCITATIONS):
            raise UsageError(
                f"{service} is not asked about works, expected crossref, opencitations"
            )
        given = {found for one in dois if (found := normalize_doi(one))}
        wanted = sorted({*self._ledger.dois(), *given})
        there = frozenset[str]() if self.again else self._ledger.asked(service)
        missing = [doi for doi in wanted if f"doi:{doi}" not in there]
        report = FactsReport(service=service, works=len(wanted), there=len(wanted) - len(missing))
        with self.progress.stage(f"Asking {service}", len(missing)) as stage:
            try:
                Asking(self._client, self._ledger, self.limits, report, stage).ask(missing)
            except StopError as stop:
                report.stopped = str(stop)
        return report

    def _next_page(self, query: str, listing: Listing) -> tuple[Listing, str | None]:
        """The listing with one more page, and why it ends too early, where it does."""
        base = self.limits.europepmc_url
        url = europepmc.page_url(base, query, listing.cursor)
        page = self._client.get(url, lambda body: europepmc.read_page(base, body))
        before = len(self._ledger.listed(listing)) + listing.passed
        moved = page.cursor is not None and page.cursor != listing.cursor
        after, fresh = self._ledger.add_page(
            listing,
            page.articles,
            found=page.found,
            passed=page.passed,
            cursor=page.cursor if moved and (page.articles or page.passed) else None,
        )
        seen = before + fresh + page.passed
        # A service that goes in a circle gives new cursors and old hits.
        circles = (page.articles and not fresh) or seen > page.found
        if circles and not after.listed:
            after = self._ledger.add_page(after, (), found=page.found, passed=0, cursor=None)[0]
        if after.listed and seen < page.found:
            return after, (
                f"the listing ended after {seen:,} of {page.found:,} hits: the cursor did not move"
            )
        return after, None

    def _offered(self, offer: pmc.Offer, report: ArticlesReport, patience: Patience) -> bool:
        """Whether the ledger has an article to take, after asking for its description if needed."""
        held = self._ledger.article(offer.id)
        if held is not None and held[0].version >= offer.version:
            report.passed += held[1] is State.PASSED
            # Of an older one a newer is there.
            return held[0].version == offer.version and held[1] is not State.PASSED
        article = offer.article
        if offer.metadata_url is not None:
            try:
                article = self._client.get(
                    offer.metadata_url,
                    lambda body: pmc.read_metadata(body, offer, self.limits.pmc_url),
                )
            except FetchError as error:
                report.wanted += 1
                self._missed(offer.id, error, report, patience)
                return False
            patience.answered()
        self._ledger.want(article or pmc.unavailable(offer))
        if article is None:
            report.passed += 1
            self._ledger.not_fetched(pmc.unavailable(offer), State.PASSED, "no open full text")
        return article is not None

    def _take(
        self, identity: str, report: ArticlesReport, patience: Patience, stage: Stage
    ) -> None:
        """Fetch an article, unless it is there or was skipped before."""
        held = self._ledger.article(identity)
        if held is None:
            raise StorageError(f"{self._ledger.path} lacks the article {identity} that it lists")
        article, state, _ = held
        path = self.folder / article.file
        report.wanted += 1
        stage.advance(1)
        if state is State.SKIPPED:
            report.skipped_before += 1
            return
        if (state is State.FETCHED and path.is_file()) or self._recovered(article, path):
            report.there += 1
            return
        try:
            saved = self._client.save(
                article.url,
                path,
                max_bytes=self._limit(article),
                check=lambda found: _fault(article, found),
                ready=lambda found: self._keep_licence(article, found),
                md5=article.md5,
            )
        except RefusedError as error:
            self._ledger.not_fetched(article, State.SKIPPED, str(error))
            self._missed(article.id, error, report, patience)
        except UnansweredError as error:
            self._ledger.not_fetched(article, State.FAILED, str(error))
            self._missed(article.id, error, report, patience)
        else:
            self._have(article, saved)
            report.fetched += 1
            report.bytes += saved.bytes
            patience.answered()

    def _recovered(self, article: Wanted, path: Path) -> bool:
        """Whether a file that the ledger does not know of was whole when a run was killed."""
        for found in (path, partial_path(path)):
            if found.is_file() and _fault(article, found) is None:
                saved = digests(found)
                if article.md5 in (None, saved.md5):
                    with found.open("rb") as stream:
                        os.fsync(stream.fileno())
                    self._keep_licence(article, saved)
                    give_name(found, path)
                    self._have(article, saved)
                    return True
        return False

    def _missed(
        self, identity: str, error: FetchError, report: ArticlesReport, patience: Patience
    ) -> None:
        missing = NotFetched(identity, str(error))
        if isinstance(error, RefusedError):
            report.skipped.append(missing)
            patience.answered()
        else:
            report.failed.append(missing)
            patience.failed(error)

    def _have(self, article: Wanted, saved: Saved) -> None:
        if article.before is not None and article.before != article.file:
            (self.folder / article.before).unlink(missing_ok=True)
        self._ledger.fetched(article, size=saved.bytes, sha256=saved.sha256)

    def _limit(self, article: Wanted) -> int:
        if article.file.endswith(".xml"):
            return self.limits.max_file_bytes
        return self.limits.max_package_bytes

    def _keep_licence(self, article: Wanted, saved: Saved) -> None:
        """Beside the article, and before it: none lies there without its licence."""
        said = {
            "file": article.file,
            "sha256": saved.sha256,
            "pmcid": article.id,
            "doi": article.doi,
            "licence": article.licence,
            "service": article.service,
            "url": article.url,
            "fetched": now(),
        }
        path = self.folder / f"{article.id}{LICENCE_SUFFIX}"
        replace_file(path, orjson.dumps(said, option=orjson.OPT_INDENT_2) + b"\n")


def _fault(article: Wanted, path: Path) -> str | None:
    if article.file.endswith(".xml"):
        return article_fault(path, article.id)
    return package_fault(path)

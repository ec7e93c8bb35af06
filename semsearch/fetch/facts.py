"""Asking Crossref and OpenCitations about works; an answer is kept before the next is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from semsearch.errors import FetchError, RefusedError, UnansweredError
from semsearch.fetch import crossref, opencitations
from semsearch.fetch.client import Client
from semsearch.fetch.ledger import Ledger, now
from semsearch.fetch.patience import Patience
from semsearch.fetch.report import FactsReport, NotFetched
from semsearch.progress import Stage
from semsearch.records import Service
from semsearch.settings import Settings
from semsearch.store.outside import OutsideCount, OutsideFact, OutsideMetadata, OutsideNotice


@dataclass(slots=True)
class Asking:
    """Questions of one run to one service.

    Args:
        client: asks.
        ledger: keeps what is answered.
        limits: the settings.
        report: is told what became of every question.
        stage: shows how far it is.
    """

    client: Client
    ledger: Ledger
    limits: Settings
    report: FactsReport
    stage: Stage
    _patience: Patience = field(default_factory=Patience)

    def ask(self, dois: Sequence[str]) -> None:
        """Ask about works.

        Raises:
            StopError: the service gives no usable answers.
        """
        if self.report.service is Service.OPENCITATIONS:
            for doi in dois:
                self._count(doi)
            return
        for start in range(0, len(dois), crossref.LOT):
            self._describe(dois[start : start + crossref.LOT])

    def _count(self, doi: str) -> None:
        url = opencitations.count_url(self.limits.opencitations_url, doi)
        try:
            count = self.client.get(url, opencitations.read_count)
        except FetchError as error:
            self._failed(doi, error)
        else:
            self._keep(doi, count)

    def _describe(self, dois: Sequence[str]) -> None:
        """Metadata and notices of some works; notices are asked for in one question."""
        base, contact = self.limits.crossref_url, self.limits.contact
        told: dict[str, tuple[OutsideNotice, ...]] = {}
        named = [doi for doi in dois if "," not in doi]  # a comma parts the conditions of a filter
        if named:
            try:
                url = crossref.updates_url(base, named, contact)
                told = self.client.get(url, crossref.read_updates)
            except FetchError as error:
                for doi in dois:
                    self.report.failed.append(NotFetched(doi, str(error)))
                self.stage.advance(len(dois))
                if isinstance(error, UnansweredError):
                    self._patience.failed(error)
                return
        for doi in dois:
            others = told.get(doi, ())
            try:
                url = crossref.work_url(base, doi, contact)
                metadata, notices = self.client.get(url, crossref.read_work)
            except RefusedError as error:
                if error.status != 404:
                    self._failed(doi, error)
                    continue
                # Registered elsewhere: Crossref may know notices about it all the same.
                self._keep(doi, OutsideMetadata() if others else None, others)
            except UnansweredError as error:
                self._failed(doi, error)
            else:
                self._keep(doi, metadata, tuple(dict.fromkeys((*notices, *others))))

    def _failed(self, doi: str, error: FetchError) -> None:
        self.stage.advance(1)
        self.report.failed.append(NotFetched(doi, str(error)))
        if isinstance(error, UnansweredError):
            self._patience.failed(error)

    def _keep(
        self,
        doi: str,
        said: OutsideMetadata | OutsideCount | None,
        notices: tuple[OutsideNotice, ...] = (),
    ) -> None:
        self.ledger.keep(
            OutsideFact(
                work=f"doi:{doi}",
                service=self.report.service,
                looked=now(),
                said=said,
                notices=notices,
            )
        )
        self._patience.answered()
        self.stage.advance(1)
        self.report.answered += said is not None
        self.report.unknown += said is None
        self.report.notices += len(notices)

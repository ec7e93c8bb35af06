"""Delivering news: at least once, each search's in its order.

News is written down as delivered after its receiver took it. What fails, or is interrupted, is
delivered the next time; where that happened between taking and writing down, it is delivered twice,
with the same id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from semsearch.alerts.ledger import Channel, Ledger
from semsearch.alerts.looking import Failure
from semsearch.alerts.news import News
from semsearch.alerts.searches import SavedSearch
from semsearch.errors import DeliveryError


class Sender(Protocol):
    """Delivers news."""

    def deliver(self, search: SavedSearch, news: News) -> None:
        """Deliver one news.

        Raises:
            DeliveryError: it was not delivered.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """News with its saved search."""

    search: SavedSearch
    news: News


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """What was delivered, and what was not."""

    channel: Channel
    delivered: tuple[Told, ...]
    failures: tuple[Failure, ...]


def untold(ledger: Ledger, channel: Channel) -> list[Told]:
    """All news that a channel has not delivered, the oldest first."""
    searches = {one.search.id: one.search for one in ledger.listed()}
    return [
        Told(search=searches[one.search], news=one)
        for one in ledger.undelivered(channel)
        if one.search in searches
    ]


def send(ledger: Ledger, channel: Channel, sender: Sender) -> Sent:
    """Deliver all news that a channel has not delivered.

    After a failure the later news of the same search waits, so that the order holds.
    """
    delivered: list[Told] = []
    failures: dict[str, Failure] = {}
    for told in untold(ledger, channel):
        search = told.search
        if search.id in failures:
            continue
        try:
            sender.deliver(search, told.news)
        except DeliveryError as error:
            failures[search.id] = Failure(search=search.id, name=search.name, error=str(error))
            continue
        ledger.delivered(channel, [told.news])
        delivered.append(told)
    return Sent(channel=channel, delivered=tuple(delivered), failures=tuple(failures.values()))

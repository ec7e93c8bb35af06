"""Saved searches and alerts: what is new for a question or a work since the last look.

A search is saved with what the index says to it. Each look after that writes down what is
different, once; ``check`` prints it, ``send`` delivers it, feeds list it::

    from semsearch import alerts

    ledger = alerts.Ledger(searcher.folder)
    saved = alerts.save_question(searcher, ledger, "does EMT induce IL-6")
    ...                                             # the index changes, and is opened again
    alerts.look_again(searcher, ledger, saved.search.id)
    for news in ledger.news(saved.search.id):
        print(alerts.headline(news.changes))

``diff`` compares the evidence for a question with that of an earlier generation, saved or not.
"""

from __future__ import annotations

from semsearch.alerts.diff import EvidenceDiff, diff
from semsearch.alerts.feeds import atom_feed, json_feed
from semsearch.alerts.ledger import Channel, LastLook, Ledger
from semsearch.alerts.looking import (
    Added,
    Failure,
    look_again,
    look_at_all,
    look_when_changed,
    save_question,
    save_report,
)
from semsearch.alerts.mail import Mail
from semsearch.alerts.news import Changes, News
from semsearch.alerts.searches import QuestionOptions, SavedSearch, SearchKind, WorkOptions
from semsearch.alerts.sending import Sender, Sent, Told, send, untold
from semsearch.alerts.texts import headline, lines
from semsearch.alerts.webhook import Webhook

__all__ = [
    "Added",
    "Changes",
    "Channel",
    "EvidenceDiff",
    "Failure",
    "LastLook",
    "Ledger",
    "Mail",
    "News",
    "QuestionOptions",
    "SavedSearch",
    "SearchKind",
    "Sender",
    "Sent",
    "Told",
    "Webhook",
    "WorkOptions",
    "atom_feed",
    "diff",
    "headline",
    "json_feed",
    "lines",
    "look_again",
    "look_at_all",
    "look_when_changed",
    "save_question",
    "save_report",
    "send",
    "untold",
]

"""News by mail, one message for each news, in plain text."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr

from semsearch.alerts.feeds import feed_title
from semsearch.alerts.news import News
from semsearch.alerts.searches import SavedSearch
from semsearch.alerts.texts import headline, lines
from semsearch.errors import DeliveryError, SettingError
from semsearch.export.identifiers import BASE_URL, check_base_url, paper_iri, statement_link
from semsearch.settings import Settings

_SUBJECT_CHARACTERS = 200


class Mail:
    """Sends news to the receivers of the settings.

    Args:
        limits: the settings.

    Raises:
        SettingError: one is missing or cannot be used.
    """

    def __init__(self, limits: Settings) -> None:
        if not (limits.smtp_host and limits.mail_from and limits.mail_to):
            raise SettingError(
                "SEMSEARCH_SMTP_HOST, SEMSEARCH_MAIL_FROM and SEMSEARCH_MAIL_TO are needed to send"
                " by mail"
            )
        if (limits.smtp_user is None) != (limits.smtp_password is None):
            raise SettingError("SEMSEARCH_SMTP_USER and SEMSEARCH_SMTP_PASSWORD go together")
        if limits.smtp_user is not None and limits.smtp_security == "none":
            raise SettingError(
                "SEMSEARCH_SMTP_SECURITY is none, and a password is not sent without encryption;"
                " expected starttls or tls"
            )
        self._host = limits.smtp_host
        self._limits = limits
        self._sender = _address("SEMSEARCH_MAIL_FROM", limits.mail_from)
        self._receivers = tuple(
            _address("SEMSEARCH_MAIL_TO", one) for one in limits.mail_to.split(",") if one.strip()
        )
        public = limits.public_url
        self._base = None if public is None else check_base_url(public.rstrip("/") + BASE_URL)

    def deliver(self, search: SavedSearch, news: News) -> None:
        """Send one news; done when the server took it for every receiver.

        Raises:
            DeliveryError: the server cannot be reached, or refused.
        """
        message = self.message(search, news)
        try:
            with self._connected() as server:
                refused = server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            raise DeliveryError(f"the mail server {self._host} failed: {_reason(error)}") from None
        if refused:
            raise DeliveryError(
                f"the mail server {self._host} refused the receivers {', '.join(sorted(refused))}"
            )

    def message(self, search: SavedSearch, news: News) -> EmailMessage:
        """One news as a message; its id stays the same when it is sent again."""
        message = EmailMessage(policy=SMTP)
        subject = f"{search.name}: {headline(news.changes)}"
        message["Subject"] = " ".join(subject.split())[:_SUBJECT_CHARACTERS]
        message["From"] = self._sender
        message["To"] = self._receivers
        message["Date"] = format_datetime(datetime.fromisoformat(news.found))
        message["Message-ID"] = f"<{news.id}@{self._sender.domain}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(self._text(search, news))
        return message

    def _text(self, search: SavedSearch, news: News) -> str:
        rows = [feed_title(search)]
        if search.name != search.query:
            rows.append(" ".join(search.query.split()))
        rows.append(f"Generation {news.generation} of the index, published {news.published}.")
        for line in lines(news.changes):
            rows += ["", line.text]
            if line.statement is not None:
                rows.append(paper_iri(line.statement.paper))
                if self._base is not None:
                    rows.append(statement_link(self._base, line.statement.id))
        return "\n".join(rows) + "\n"

    def _connected(self) -> smtplib.SMTP:
        limits = self._limits
        context = ssl.create_default_context()
        if limits.smtp_security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                self._host, limits.smtp_port, timeout=limits.delivery_seconds, context=context
            )
        else:
            server = smtplib.SMTP(self._host, limits.smtp_port, timeout=limits.delivery_seconds)
        try:
            if limits.smtp_security == "starttls":
                server.starttls(context=context)
            if limits.smtp_user is not None and limits.smtp_password is not None:
                server.login(limits.smtp_user, limits.smtp_password.get_secret_value())
        except BaseException:
            server.close()
            raise
        return server


def _address(setting: str, text: str) -> Address:
    name, bare = parseaddr(text.strip())
    try:
        found = Address(display_name=name, addr_spec=bare)
    except (ValueError, IndexError):  # IndexError: of an empty text
        found = Address()
    if not found.username or not found.domain or not text.isprintable():
        raise SettingError(
            f"{setting} holds {text[:60]!r}, expected addresses such as a@example.org"
        )
    return found


def _reason(error: Exception) -> str:
    """What went wrong in one line; what a server answers may have several."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        text = said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {' '.join(text.split())}"
    return " ".join(str(error).split()) or type(error).__name__

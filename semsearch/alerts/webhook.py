"""News by webhook: a signed POST of JSON, as the Standard Webhooks specification has it.

The headers are ``webhook-id`` (the id of the news, the same whenever it is sent again),
``webhook-timestamp`` (seconds since 1970) and ``webhook-signature``: ``v1,`` and the base64 of
HMAC-SHA256 over id, timestamp and body with dots between them.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import http.client
import time
from collections.abc import Callable
from typing import Final

import orjson

from semsearch.alerts.news import News
from semsearch.alerts.searches import SavedSearch
from semsearch.alerts.texts import headline, lines
from semsearch.errors import AddressError, DeliveryError, SettingError, UnknownHostError
from semsearch.network.addresses import read_url, resolve
from semsearch.network.connections import connection_to, ended
from semsearch.settings import Settings
from semsearch.version import __version__

_PREFIX: Final = "whsec_"
_KEY_BYTES: Final = range(24, 65)


class Webhook:
    """Posts news to one URL.

    Args:
        limits: the settings.
        clock: seconds since 1970.

    Raises:
        SettingError: URL or secret are missing or cannot be used.
    """

    def __init__(self, limits: Settings, *, clock: Callable[[], float] = time.time) -> None:
        if limits.webhook_url is None or limits.webhook_secret is None:
            raise SettingError(
                "SEMSEARCH_WEBHOOK_URL and SEMSEARCH_WEBHOOK_SECRET are needed to send by webhook"
            )
        try:
            self._endpoint = read_url(
                limits.webhook_url.get_secret_value(),
                what="the URL of the webhook (SEMSEARCH_WEBHOOK_URL)",
            )
        except AddressError as error:
            raise SettingError(str(error)) from None
        self._key = read_secret(limits.webhook_secret.get_secret_value())
        self._private = limits.webhook_private
        self._seconds = limits.delivery_seconds
        self._clock = clock

    def deliver(self, search: SavedSearch, news: News) -> None:
        """Post one news; done when the answer has a status of 200 to 299.

        Raises:
            DeliveryError: all else: no connection, an address that is not allowed, another status
                (redirects are not followed), or no answer in time.
        """
        body = webhook_body(search, news)
        stamp = int(self._clock())
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"semsearch/{__version__}",
            "Connection": "close",
            "webhook-id": news.id,
            "webhook-timestamp": str(stamp),
            "webhook-signature": sign(self._key, news.id, stamp, body),
        }
        try:
            addresses = resolve(self._endpoint, private=self._private)
        except UnknownHostError as error:
            raise DeliveryError(str(error)) from None
        except AddressError as error:
            raise DeliveryError(f"{error}; SEMSEARCH_WEBHOOK_PRIVATE=true allows it") from None
        status = self._post(addresses, body, headers)
        if not 200 <= status < 300:
            hint = ", and redirects are not followed" if 300 <= status < 400 else ""
            raise DeliveryError(
                f"the webhook at {self._endpoint.host} answered with status {status}{hint}"
            )

    def _post(self, addresses: list[str], body: bytes, headers: dict[str, str]) -> int:
        """The status of the answer; its body is not read."""
        deadline = time.monotonic() + self._seconds
        connection = connection_to(self._endpoint, addresses, deadline)
        try:
            with ended(connection, deadline) as late:
                try:
                    connection.request("POST", self._endpoint.target, body, headers)
                    status = connection.getresponse().status
                    error: Exception | None = None
                except (OSError, http.client.HTTPException) as found:
                    status, error = 0, found
            if late.is_set() or isinstance(error, TimeoutError):  # what came may be cut short
                why = f"no answer within {self._seconds:g} s (delivery_seconds)"
            elif error is not None:
                why = str(error) or type(error).__name__
            else:
                return status
            raise DeliveryError(f"the webhook at {self._endpoint.host} failed: {why}")
        finally:
            connection.close()


def webhook_body(search: SavedSearch, news: News) -> bytes:
    """The body of a webhook: the saved search and its news as JSON, and the same as text."""
    return orjson.dumps(
        {
            "type": "search.news",
            "timestamp": news.found,
            "data": {
                "search": search,
                "news": news,
                "headline": headline(news.changes),
                "lines": [line.text for line in lines(news.changes)],
            },
        }
    )


def read_secret(text: str) -> bytes:
    """The key that a secret stands for.

    Raises:
        SettingError: it has another form; the secret is not part of the message.
    """
    try:
        key = base64.b64decode(text.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not text.startswith(_PREFIX) or len(key) not in _KEY_BYTES:
        raise SettingError(
            f"SEMSEARCH_WEBHOOK_SECRET has another form, expected {_PREFIX} and 24 to 64 random"
            " bytes in base64"
        )
    return key


def sign(key: bytes, identity: str, stamp: int, body: bytes) -> str:
    """The signature of a webhook.

    Args:
        key: the bytes of the secret.
        identity: ``webhook-id``.
        stamp: ``webhook-timestamp``.
        body: as sent.
    """
    signed = f"{identity}.{stamp}.".encode() + body
    found = hmac.new(key, signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(found).decode()}"

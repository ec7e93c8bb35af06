"""GET requests to public services: paced, tried again, bounded, whole or not at all.

- Between two requests to a host passes at least ``1 / fetch_rate`` seconds.
- 408, 425, 429 and 5xx, a connection that fails, a body that is cut or has another length than was
  said are tried again, after as many seconds as Retry-After says, else after 1, 2, 4, … A host that
  asks for more than ``fetch_wait_seconds`` is not asked again before.
- URLs are made from addresses in the settings, which may be private ones. A redirect is followed
  within the same origin or to addresses of the public internet, never from https to http. Each hop
  is resolved once, checked, and connected to one of the very addresses that were checked.
- A file is written under a temporary name, synced, and renamed when it is whole.
"""

from __future__ import annotations

import email.utils
import hashlib
import http.client
import io
import os
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, TypeVar
from urllib.parse import urljoin

from pydantic import ValidationError

from semsearch.errors import (
    AddressError,
    RefusedError,
    SettingError,
    StorageError,
    UnansweredError,
    UnknownHostError,
)
from semsearch.fetch.clock import Clock, Pace, SystemClock
from semsearch.index.layout import sync_folder
from semsearch.network.addresses import Endpoint, read_url, resolve
from semsearch.network.connections import connection_to, ended
from semsearch.settings import Settings
from semsearch.version import __version__

_AGAIN: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
#: Who is asked too much, or from somewhere else, may get these for a while.
_NOT_NOW: Final = frozenset({401, 403, 407})
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_MOST_REDIRECTS: Final = 5
_PIECE: Final = 1 << 16
#: Largest answer of a service that is no file, in bytes; a page of a hundred hits has about 1 MB.
ANSWER_BYTES: Final = 32 * 2**20

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Saved:
    """A file that was fetched whole; digests are of its bytes, in hex."""

    bytes: int
    sha256: str
    md5: str


class _AgainError(Exception):
    """An attempt that may succeed when it is made again.

    Args:
        why: for people.
        after: seconds that the service asks to wait; None where it says nothing.
    """

    def __init__(self, why: str, after: float | None = None) -> None:
        super().__init__(why)
        self.after = after


class Client:
    """Asks services.

    Args:
        limits: the settings.
        clock: tells the time and waits.

    Raises:
        SettingError: the address of a service is none.
    """

    def __init__(self, limits: Settings, *, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self._limits = limits
        self._pace = Pace(self.clock, 1 / limits.fetch_rate)
        for name in ("europepmc_url", "pmc_url", "crossref_url", "opencitations_url"):
            try:
                read_url(getattr(limits, name), what=f"SEMSEARCH_{name.upper()}")
            except AddressError as error:
                raise SettingError(str(error)) from None
        contact = f" (mailto:{limits.contact})" if limits.contact else ""
        self._headers = {
            "User-Agent": f"semsearch/{__version__}{contact}",
            "Accept-Encoding": "identity",
            "Connection": "close",
        }

    def get(self, url: str, read: Callable[[bytes], T]) -> T:
        """What an answer says.

        Args:
            url: what is asked.
            read: makes sense of the body; a ``ValueError`` says that it is not what is documented.

        Raises:
            RefusedError: another status, too large, or a redirect that may not be followed.
            UnansweredError: no answer after ``fetch_attempts``, or one that makes no sense.
        """

        def once() -> T:
            body = io.BytesIO()
            whole = self._receive(url, body, ANSWER_BYTES)
            try:
                return read(body.getvalue())
            except ValueError as error:
                raise _senseless(_form_fault(error), whole) from None

        return self._tried(url, once)

    def save(
        self,
        url: str,
        path: Path,
        *,
        max_bytes: int,
        check: Callable[[Path], str | None],
        ready: Callable[[Saved], None],
        md5: str | None = None,
    ) -> Saved:
        """Fetch a file; it is there under its name whole, or not at all.

        Args:
            url: what is asked.
            path: where the file is to be.
            max_bytes: largest that it may be.
            check: says what is wrong with the file, None where nothing is.
            ready: is called when the file is whole, before it gets its name.
            md5: what its digest must be, in hex; None where that is not known.

        Raises:
            RefusedError: as for ``get``.
            UnansweredError: as for ``get``.
            StorageError: it cannot be written.
        """
        temporary = partial_path(path)

        def once() -> Saved:
            with temporary.open("wb") as stream:
                whole = self._receive(url, stream, max_bytes)
                stream.flush()
                os.fsync(stream.fileno())
            saved = digests(temporary)
            if md5 is not None and saved.md5 != md5:
                raise _AgainError(f"the MD5 digest is {saved.md5}, expected {md5}")
            wrong = check(temporary)
            if wrong is not None:
                raise _senseless(wrong, whole)
            return saved

        try:
            saved = self._tried(url, once)
            ready(saved)
            give_name(temporary, path)
        except OSError as error:
            raise StorageError(f"{path} cannot be written: {error.strerror or error}") from error
        finally:
            temporary.unlink(missing_ok=True)
        return saved

    def _tried(self, url: str, once: Callable[[], T]) -> T:
        """The first attempt that succeeds."""
        host, last = read_url(url).host, ""
        for attempt in range(self._limits.fetch_attempts):
            left = self._pace.left(host)
            if left > self._limits.fetch_wait_seconds:
                raise UnansweredError(
                    f"{host} asks to be left alone for {left:,.0f} s{last and f' ({last})'},"
                    f" over fetch_wait_seconds, {self._limits.fetch_wait_seconds:g}"
                )
            try:
                return once()
            except _AgainError as error:
                last = str(error)
                longer = min(2.0**attempt, self._limits.fetch_wait_seconds)
                self._pace.hold(host, longer if error.after is None else error.after)
        raise UnansweredError(
            f"{host} gave no usable answer in {self._limits.fetch_attempts} attempts: {last}"
        )

    def _receive(self, url: str, sink: BinaryIO, max_bytes: int) -> bool:
        """Write the body of an answer; whether its length proves that it is whole."""
        own = _origin(read_url(url))
        for _ in range(_MOST_REDIRECTS + 1):
            found = self._hop(url, own, sink, max_bytes)
            if isinstance(found, bool):
                return found
            if url.startswith("https:") and not found.startswith("https:"):
                raise RefusedError("a redirect leads from https to another scheme")
            url = found
        raise RefusedError(f"more than {_MOST_REDIRECTS} redirects")

    def _hop(
        self, url: str, own: tuple[str, str, int], sink: BinaryIO, max_bytes: int
    ) -> bool | str:
        """One request: as ``_receive``, or the URL that it was redirected to."""
        try:
            endpoint = read_url(url, what="the URL of a redirect")
            addresses = resolve(endpoint, private=_origin(endpoint) == own)
        except UnknownHostError as error:
            raise _AgainError(str(error)) from None
        except AddressError as error:
            raise RefusedError(str(error)) from None
        self._pace.take(endpoint.host)
        deadline = time.monotonic() + self._limits.fetch_seconds
        connection = connection_to(endpoint, addresses, deadline)
        late_text = f"no answer within {self._limits.fetch_seconds:g} s (fetch_seconds)"
        try:
            with ended(connection, deadline) as late:
                try:
                    connection.request("GET", endpoint.target, headers=self._headers)
                    with closing(connection.getresponse()) as response:
                        found = self._answer(url, response, sink, max_bytes)
                except TimeoutError:
                    raise _AgainError(late_text) from None
                except (OSError, http.client.HTTPException, _AgainError) as error:
                    if late.is_set():
                        raise _AgainError(late_text) from None
                    if isinstance(error, _AgainError):
                        raise
                    raise _AgainError(str(error) or type(error).__name__) from None
                if late.is_set():
                    raise _AgainError(late_text)
                return found
        except _DiskError as error:
            raise error.error from None
        finally:
            connection.close()

    def _answer(
        self, url: str, response: http.client.HTTPResponse, sink: BinaryIO, max_bytes: int
    ) -> bool | str:
        if response.status in _REDIRECTS:
            location = response.headers.get("Location")
            if not location:
                raise RefusedError(f"status {response.status} without a Location")
            return urljoin(url, location)
        if response.status in _AGAIN:
            after = _retry_after(response.headers.get("Retry-After"), self.clock.now())
            raise _AgainError(f"status {response.status}", after)
        if response.status != 200:
            kind = f"status {response.status}"
            if response.status in _NOT_NOW:
                raise UnansweredError(kind)
            raise RefusedError(kind, response.status)
        encoding = response.headers.get("Content-Encoding", "").lower()
        if encoding not in ("", "identity"):
            raise RefusedError(f"the body is encoded as {encoding[:40]!r}, which was not asked for")
        return _copy(response, sink, max_bytes)


class _DiskError(Exception):
    """The disk failed, not the network."""

    def __init__(self, error: OSError) -> None:
        self.error = error


def partial_path(path: Path) -> Path:
    """Where a file is written before it gets its name."""
    return path.with_name(f".{path.name}.partial")


def give_name(temporary: Path, path: Path) -> None:
    """Rename a whole file, and sync its folder."""
    temporary.replace(path)
    sync_folder(path.parent)


def digests(path: Path) -> Saved:
    """Size and digests of a file."""
    sha256, md5 = hashlib.sha256(), hashlib.md5(usedforsecurity=False)
    size = 0
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            size += len(piece)
            sha256.update(piece)
            md5.update(piece)
    return Saved(size, sha256.hexdigest(), md5.hexdigest())


def _copy(response: http.client.HTTPResponse, sink: BinaryIO, max_bytes: int) -> bool:
    """Write a body; whether its length proves that it is whole."""
    chunked = "chunked" in response.headers.get("Transfer-Encoding", "").lower()
    said = response.headers.get("Content-Length")
    if said is not None and not chunked and not (said.isascii() and said.isdigit()):
        raise _AgainError(f"the length is said to be {said[:40]!r}, expected a number")
    expected = int(said) if said is not None and not chunked else None
    if expected is not None and expected > max_bytes:
        raise RefusedError(f"{expected:,} bytes, over the limit of {max_bytes:,}")
    count = 0
    while piece := response.read(_PIECE):
        count += len(piece)
        if count > max_bytes:
            raise RefusedError(f"over the limit of {max_bytes:,} bytes")
        try:
            sink.write(piece)
        except OSError as error:
            raise _DiskError(error) from error
    if expected is not None and count != expected:
        raise _AgainError(f"{count:,} of {expected:,} bytes came")
    return chunked or expected is not None


def _senseless(why: str, whole: bool) -> Exception:
    """What a body that makes no sense means: cut somewhere, or another page in its place."""
    return UnansweredError(why) if whole else _AgainError(f"{why}; its length was not said")


def _form_fault(error: ValueError) -> str:
    """What is wrong with the form of an answer, in one line."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"the answer has another form{place and f' at {place}'}: {first['msg']}"


def _retry_after(text: str | None, now: float) -> float | None:
    """Seconds to wait, from 0; None where nothing usable is said (RFC 9110, 10.2.3)."""
    if text is None:
        return None
    if text.strip().isascii() and text.strip().isdigit():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - now)
    except ValueError:
        return None


def _origin(endpoint: Endpoint) -> tuple[str, str, int]:
    return endpoint.scheme, endpoint.host, endpoint.port

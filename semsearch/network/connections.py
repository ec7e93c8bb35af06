"""HTTP connections to addresses that were checked, cut at a deadline.

The standard library is used because it lets the connection be made to an address that was checked:
``http.client`` opens the socket where it is told, takes no proxy from the environment, and follows
no redirect.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from semsearch.network.addresses import Endpoint


def connection_to(
    endpoint: Endpoint, addresses: Sequence[str], deadline: float
) -> CheckedConnection:
    """A connection, not opened yet, that will go to the first of some addresses that takes it.

    Args:
        endpoint: what is asked; https is encrypted, and its certificate checked against the host.
        addresses: where the host is, as ``addresses.resolve`` found it.
        deadline: seconds of ``time.monotonic`` until which it must be open.
    """
    kind = _Secure if endpoint.scheme == "https" else _Plain
    return kind(endpoint, addresses, deadline)


class _Plain(http.client.HTTPConnection):
    """A connection that is made to one of some addresses, whatever the host resolves to by then.

    ``opened`` is its socket, also when that was handed over to an answer that ends the connection.
    """

    opened: socket.socket | None = None

    def __init__(self, endpoint: Endpoint, addresses: Sequence[str], deadline: float) -> None:
        super().__init__(endpoint.host, endpoint.port)
        self._addresses = addresses
        self._deadline = deadline

    def connect(self) -> None:
        self.opened = self.sock = _socket(self._addresses, self.port, self._deadline)


class _Secure(http.client.HTTPSConnection):
    """The same, encrypted; the certificate is checked against the name of the host."""

    opened: socket.socket | None = None

    def __init__(self, endpoint: Endpoint, addresses: Sequence[str], deadline: float) -> None:
        self._verifying = ssl.create_default_context()
        super().__init__(endpoint.host, endpoint.port, context=self._verifying)
        self._addresses = addresses
        self._deadline = deadline

    def connect(self) -> None:
        plain = _socket(self._addresses, self.port, self._deadline)
        secure = self._verifying.wrap_socket(
            plain, server_hostname=self.host, do_handshake_on_connect=False
        )
        # Known before the handshake, so that the deadline can cut it.
        self.opened = self.sock = secure
        secure.do_handshake()


#: A connection to checked addresses.
CheckedConnection = _Plain | _Secure


def _socket(addresses: Sequence[str], port: int, deadline: float) -> socket.socket:
    """Connect to the first address that takes it.

    Raises:
        OSError: none does in time.
    """
    error: OSError = TimeoutError()
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((address, port), timeout=left)
        except OSError as found:
            error = found
    raise error


@contextmanager
def ended(connection: CheckedConnection, deadline: float) -> Iterator[threading.Event]:
    """Cut the connection at the deadline, however slowly the other side goes on sending.

    The event that it gives is set when that was done: what came may be cut short.
    """
    late = threading.Event()

    def cut() -> None:
        late.set()
        if connection.opened is not None:
            try:
                connection.opened.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # closed already

    timer = threading.Timer(max(0.0, deadline - time.monotonic()), cut)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()

"""How often somebody may ask: a token bucket each, in memory, and never too many of them.

A bucket holds the requests of a minute and fills up evenly, so that a minute's worth may come at
once (Turner 1986, "New directions in communications"; the token bucket form of the leaky bucket).
"""

from __future__ import annotations

import ipaddress
import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

#: Buckets that are kept; beyond, the one that was not used for longest is forgotten, and is full
#: when its owner comes again.
MOST_BUCKETS: Final = 20_000
_MINUTE: Final = 60.0


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left of a bucket after a request.

    ``limit``: requests a minute. ``remaining``: requests that may come at once. ``reset``: whole
    seconds until the bucket is full. ``retry``: whole seconds until the next request is let
    through; None where this one was.
    """

    limit: int
    remaining: int
    reset: int
    retry: int | None


@dataclass(slots=True)
class _Bucket:
    tokens: float
    filled: float  # when ``tokens`` was right, in seconds of the clock


class Rates:
    """Token buckets by name; may be used by several threads at a time.

    Args:
        clock: seconds that only go forward.
        most: buckets that are kept.
    """

    def __init__(
        self, *, clock: Callable[[], float] = time.monotonic, most: int = MOST_BUCKETS
    ) -> None:
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, name: str, limit: int) -> Allowance:
        """Take a request out of a bucket, if there is one in it.

        Args:
            name: of the bucket.
            limit: requests a minute, from 1.
        """
        now = self._clock()
        with self._lock:
            bucket = self._buckets.pop(name, None) or _Bucket(limit, now)
            gained = (now - bucket.filled) * limit / _MINUTE
            bucket.tokens = min(float(limit), bucket.tokens + gained)
            bucket.filled = now
            allowed = bucket.tokens >= 1
            if allowed:
                bucket.tokens -= 1
            self._buckets[name] = bucket
            if len(self._buckets) > self._most:
                self._buckets.popitem(last=False)
            left = bucket.tokens
        per_second = limit / _MINUTE
        return Allowance(
            limit=limit,
            remaining=int(left),
            reset=math.ceil((limit - left) / per_second),
            retry=None if allowed else max(1, math.ceil((1 - left) / per_second)),
        )


def address_name(host: str | None) -> str:
    """The bucket of a client's address; all of an IPv6 network of 64 bits have one."""
    if host is None:
        return "address:unknown"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f"address:{host[:64]}"
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        if mapped is not None:
            return f"address:{mapped}"
        return f"address:{ipaddress.ip_network((address, 64), strict=False)}"
    return f"address:{address}"

"""What a Prometheus server reads at ``/metrics``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from semsearch.serve.served import Served

_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
#: Bounds of the histogram of times, in seconds.
_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counts of one application.

    Labels take few values: routes are templates, methods that there are not are ``other``.

    Args:
        served: the index, of which generation and size are told.
    """

    def __init__(self, served: Served) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "semsearch_requests_total",
            "Requests by method, route and status; status 0 where the client left before.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._seconds = Histogram(
            "semsearch_request_seconds",
            "Seconds from the first byte of a request to the last of its answer.",
            ("route",),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self.in_flight = Gauge(
            "semsearch_requests_in_flight", "Requests under way.", registry=self._registry
        )
        self.working = Gauge(
            "semsearch_requests_working", "Requests that are worked on.", registry=self._registry
        )
        self.waiting = Gauge(
            "semsearch_requests_waiting",
            "Requests that wait for their turn.",
            registry=self._registry,
        )
        self.remembered = Counter(
            "semsearch_remembered_answers_total",
            "Questions whose answer was kept (found), and those that were worked out (new).",
            ("outcome",),
            registry=self._registry,
        )
        self.remembered_bytes = Gauge(
            "semsearch_remembered_bytes", "Bytes of answers that are kept.", registry=self._registry
        )
        self._registry.register(_IndexCollector(served))
        ProcessCollector(registry=self._registry)
        PlatformCollector(registry=self._registry)

    def count(self, method: str, route: str, status: int | None, seconds: float) -> None:
        """Add one request."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status or 0)).inc()
        self._seconds.labels(route).observe(seconds)

    def text(self) -> bytes:
        """All of it in Prometheus' text format 0.0.4."""
        return generate_latest(self._registry)


class _IndexCollector(Collector):
    """What is served at the moment of asking."""

    def __init__(self, served: Served) -> None:
        self._served = served

    def collect(self) -> Iterator[Metric]:
        """Generation, contents and reloads."""
        with self._served.lease() as searcher:
            manifest = searcher.generation.manifest
        yield GaugeMetricFamily(
            "semsearch_index_generation",
            "Number of the generation that is served.",
            value=manifest.generation,
        )
        for kind in ("statements", "papers"):
            yield GaugeMetricFamily(
                f"semsearch_index_{kind}",
                f"{kind.capitalize()} of the generation that is served.",
                value=manifest.counts[kind],
            )
        reloads = CounterMetricFamily(
            "semsearch_index_reloads",
            "New generations that were taken, or could not be opened.",
            labels=("outcome",),
        )
        reloads.add_metric(("taken",), self._served.reloads.taken)
        reloads.add_metric(("failed",), self._served.reloads.failed)
        yield reloads

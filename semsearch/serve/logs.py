"""Logs as JSON, one object a line: no value can start a line of its own."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any, Final

import orjson

from semsearch.serve.exchange import Exchange

_requests: Final = logging.getLogger("semsearch.requests")
_FIELDS: Final = "semsearch_fields"


class JsonFormatter(logging.Formatter):
    """A record as an object: ``time`` (UTC, ISO 8601), ``level``, ``logger``, ``message``.

    A request has its fields instead of a message, a failure its ``traceback``.
    """

    def format(self, record: logging.LogRecord) -> str:
        """One line, without its end."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        fields = getattr(record, _FIELDS, None)
        line.update({"message": record.getMessage()} if fields is None else fields)
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


def log_request(
    exchange: Exchange, *, method: str, route: str, seconds: float, query: str | None
) -> None:
    """Write one line about a request, without its address and without its key.

    Args:
        exchange: its id, the name of its key, its status and the size of its answer.
        method: as sent.
        route: template of its route.
        seconds: that it took, until the last byte.
        query: as sent; None where it is not to be written.
    """
    fields: dict[str, Any] = {
        "request": exchange.id,
        "method": method[:16],
        "route": route,
        "status": exchange.status,  # null where the client left before
        "ms": round(seconds * 1000, 1),
        "bytes": exchange.bytes,
        "key": None if exchange.key is None else exchange.key.name,
    }
    if query is not None:
        fields["query"] = query
    _requests.info("request", extra={_FIELDS: fields})


#: For uvicorn: everything as JSON to standard error, its own log of addresses left out.
LOGGING: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "semsearch.serve.logs.JsonFormatter"}},
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json",
            "stream": "ext://sys.stderr",
        }
    },
    "loggers": {
        "semsearch": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        "uvicorn": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
    },
}

"""From a log record to its line: what it is about, without addresses and tokens."""

import logging
import os
import platform
import re
from collections.abc import MutableMapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

from structlog.contextvars import merge_contextvars
from structlog.stdlib import ExtraAdder, ProcessorFormatter

from config.log_masking import mask_all
from newsletter.logs.line import FIELDS, LogFormat, LogLine
from newsletter.logs.process import process_kind

_TRACE = "\nTraceback (most recent call last):"
_EXTRA = [name for name in FIELDS if name != "request"]  # Django's lines have the object itself
_NAMED = re.compile(r"\b([Cc]ampaign|[Dd]elivery) ([0-9]{1,18})\b")
"""Rows as our messages name them. So a message that names it is found by its number, too."""


def formatter(log_format: LogFormat) -> ProcessorFormatter:
    """Return what makes lines of the records of every library, Django's and Celery's included."""
    return ProcessorFormatter(
        foreign_pre_chain=[merge_contextvars, ExtraAdder(allow=_EXTRA)],
        processors=[_Written(log_format)],
    )


class _Written:
    """The last processor: it makes the text of a line.

    Masking comes here, behind everything that could have added to a line.
    """

    def __init__(self, log_format: LogFormat) -> None:
        self._format = log_format

    def __call__(self, _logger: Any, _name: str, said: MutableMapping[str, Any]) -> str:
        record: logging.LogRecord = said["_record"]
        trace = _trace(record, said)
        event = str(said["event"])
        if trace:
            event = event.partition(_TRACE)[0]  # Celery's messages hold a traceback of their own
        line = LogLine(
            time=datetime.fromtimestamp(record.created, UTC),
            level=record.levelname,
            host=_host(),
            process=process_kind(),
            pid=os.getpid(),
            logger=record.name,
            event=mask_all(event.strip()),
            fields=_fields(said, record),
            trace=mask_all(trace),
        )
        return line.written(self._format)


def _fields(said: MutableMapping[str, Any], record: logging.LogRecord) -> dict[str, Any]:
    found = {
        "route": _route(record),
        "status": getattr(record, "status_code", None),
        **{name.lower(): number for name, number in _NAMED.findall(str(said["event"])[:500])},
        **said,
    }
    return {
        name: value if isinstance(value, int) else mask_all(str(value))
        for name in FIELDS
        if (value := found.get(name)) is not None
    }


def _route(record: logging.LogRecord) -> str | None:
    """Return the name of the page that was asked for, whose path may be a token."""
    match = getattr(getattr(record, "request", None), "resolver_match", None)
    return match and (match.view_name or match.route)


def _trace(record: logging.LogRecord, said: MutableMapping[str, Any]) -> str:
    # The text is there where the record was masked as it was made; a record from elsewhere may have
    # an error alone.
    error = record.exc_text or ""
    if not error and said.get("exc_info") and said["exc_info"][0]:
        error = logging.Formatter().formatException(said["exc_info"])
    return "\n".join(part for part in (error, record.stack_info) if part)


@cache
def _host() -> str:
    return platform.node().replace(" ", "-") or "localhost"

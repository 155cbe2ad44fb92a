"""Logging: one line an event, to standard error, without subscribers' addresses and link tokens."""

import logging
import logging.config
import sys
from contextlib import suppress
from typing import Any

from config.log_lines import formatter
from config.log_masking import mask_every_record
from config.log_outages import Outages
from newsletter.logs.line import LogFormat
from newsletter.logs.process import COMMAND, process_kind

_SENTRY = {"()": "config.sentry.SentryHandler", "filters": ["untraced", "reported outages"]}
"""A handler by its name, because nothing else needs its library."""
_AUDITED = "newsletter.audit.record"
"""Says what was done, whoever did it; a timer's command has no other line."""


class Untraced(logging.Filter):
    """A filter that leaves out the traceback of a refused request (4xx).

    Where we refuse is no secret, and strangers could fill disks.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True


class LogHandler(logging.StreamHandler[Any]):
    """The handler of all lines."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Say that a line is missing. logging would print the fault with all that is in it."""
        fault = type(sys.exception()).__name__
        with suppress(Exception):  # there is nobody left to tell
            self.stream.write(f"A line of {record.name} could not be written ({fault})\n")
            self.flush()


def logging_settings(
    *, debug: bool, log_format: LogFormat, reports_errors: bool = False
) -> dict[str, Any]:
    """Return Django's LOGGING dictionary.

    A command logs what goes into the audit log, and something wrong. The rest it says on standard
    output.

    Args:
        reports_errors: whether errors go to the service of SENTRY_DSN, too.
    """
    level = "DEBUG" if debug else "WARNING" if process_kind() == COMMAND else "INFO"
    ours = ("config", "newsletter", "staff", "subscribers", "campaigns")
    # Those that would otherwise have handlers of their own
    others = ("django", "django.server", "celery", "celery.task", "gunicorn.error")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "log_format": log_format}},
        "filters": {
            "untraced": {"()": Untraced},
            "outages": {"()": Outages},
            "reported outages": {"()": Outages},  # each handler counts its own
        },
        "handlers": {
            "stderr": {
                "()": LogHandler,
                "formatter": "line",
                "filters": ["untraced", "outages"],
            },
            **({"sentry": _SENTRY} if reports_errors else {}),
        },
        "root": {
            "handlers": ["stderr", "sentry"] if reports_errors else ["stderr"],
            "level": "WARNING",
        },
        "loggers": {
            **{name: {"handlers": [], "propagate": True} for name in others},
            **{name: {"level": level} for name in ours},
            _AUDITED: {"level": "INFO"},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Set up logging and mask whatever is logged (Django's LOGGING_CONFIG)."""
    mask_every_record()
    logging.config.dictConfig(settings)
    logging.captureWarnings(capture=True)

"""Logging: one line an event, to standard error, without addresses of subscribers."""

import logging
from typing import Any


class Untraced(logging.Filter):
    """Leaves out the traceback of a request that was refused (4xx): where we refuse is no secret, and strangers could fill disks."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = None
        return True


def logging_settings(*, debug: bool) -> dict[str, Any]:
    """Django's LOGGING dictionary."""
    level = "DEBUG" if debug else "INFO"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
        "filters": {"untraced": {"()": Untraced}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["untraced"]}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "config": {"level": level},
            "newsletter": {"level": level},
            "subscribers": {"level": level},
            "campaigns": {"level": level},
        },
    }

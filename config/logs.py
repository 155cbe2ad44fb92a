"""Logging: one line an event, to standard error, without subscribers' addresses and link tokens."""

import logging
import logging.config
from typing import Any

from config.log_masking import mask_every_record


class Untraced(logging.Filter):
    """A filter that leaves out the traceback of a refused request (4xx).

    Where we refuse is no secret, and strangers could fill disks.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 500) < 500:
            record.exc_info = record.exc_text = None
        return True


def logging_settings(*, debug: bool) -> dict[str, Any]:
    """Return Django's LOGGING dictionary."""
    level = "DEBUG" if debug else "INFO"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
        "filters": {"untraced": {"()": Untraced}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["untraced"],
            }
        },
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "config": {"level": level},
            "newsletter": {"level": level},
            "subscribers": {"level": level},
            "campaigns": {"level": level},
        },
    }


def configure(settings: dict[str, Any]) -> None:
    """Set up logging and mask whatever is logged (Django's LOGGING_CONFIG)."""
    mask_every_record()
    logging.config.dictConfig(settings)

"""Logging: one line an event, to standard error, without addresses of subscribers."""

from typing import Any


def logging_settings(*, debug: bool) -> dict[str, Any]:
    """Django's LOGGING dictionary."""
    level = "DEBUG" if debug else "INFO"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(levelname)s %(name)s: %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {
            "config": {"level": level},
            "newsletter": {"level": level},
            "subscribers": {"level": level},
            "campaigns": {"level": level},
        },
    }

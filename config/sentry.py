"""Errors of the log to a Sentry-compatible service, where SENTRY_DSN names one.

What leaves this host is what the log would say, and where in our code it happened: no local
variables, no lines of source, no requests, and addresses and tokens masked. Nothing of the library
but its transport is used: its integrations collect what an installation of subscribers must not
give away.
"""

import logging
from typing import Any

import sentry_sdk
from django.conf import settings
from sentry_sdk.integrations import Integration
from sentry_sdk.utils import event_from_exception

from config.log_masking import mask_all
from newsletter.logs.line import FIELDS
from newsletter.logs.process import process_kind

logger = logging.getLogger(__name__)

_KEPT = (
    "event_id",
    "timestamp",
    "platform",
    "level",
    "logger",
    "message",
    "exception",
    "tags",
    "server_name",
    "environment",
    "release",
)
"""Parts of an event that leave. What the library adds to it by itself doesn't."""
_OF_FRAME = ("filename", "function", "module", "lineno", "in_app")
SECONDS_TO_SEND = 2
"""Time for what is still to be sent when a process ends."""


class SentryHandler(logging.Handler):
    """A handler that reports errors. Where the service is away, they are in the log alone."""

    def __init__(self) -> None:
        """Start the library, with everything off that it does by itself."""
        super().__init__(level=logging.ERROR)
        integrations: list[Integration] = []
        sentry_sdk.init(
            dsn=settings.SENTRY_DSN,
            integrations=integrations,
            default_integrations=False,
            auto_enabling_integrations=False,
            include_local_variables=False,
            include_source_context=False,
            max_request_body_size="never",
            send_default_pii=False,
            max_breadcrumbs=0,
            auto_session_tracking=False,
            send_client_reports=False,
            shutdown_timeout=SECONDS_TO_SEND,
            environment="debug" if settings.DEBUG else "production",
            before_send=_without_secrets,
        )

    def emit(self, record: logging.LogRecord) -> None:
        try:
            sentry_sdk.capture_event(_event(record))
        except Exception as error:  # noqa: BLE001 - no fault of reporting may become one of the work
            # Not by handleError, which writes the record as it is. A warning isn't reported itself.
            logger.warning("An error could not be reported (%s)", type(error).__name__)


def _event(record: logging.LogRecord) -> Any:
    event: dict[str, Any] = {
        "level": "fatal" if record.levelno >= logging.CRITICAL else "error",
        "logger": record.name,
        "message": record.getMessage(),
        "tags": {"process": process_kind()}
        | {name: str(vars(record)[name]) for name in FIELDS if vars(record).get(name)},
    }
    if record.exc_info and record.exc_info[0]:
        options = sentry_sdk.get_client().options
        event["exception"] = event_from_exception(record.exc_info, options)[0]["exception"]
    return event


def _without_secrets(event: Any, hint: Any) -> Any:
    """Return an event with the parts that may leave, their texts masked."""
    kept = {name: event[name] for name in _KEPT if event.get(name)}
    for error in kept.get("exception", {}).get("values", ()):
        frames = (error.get("stacktrace") or {}).get("frames", ())
        error["stacktrace"] = {
            "frames": [{name: frame.get(name) for name in _OF_FRAME} for frame in frames]
        }
        error.pop("mechanism", None)
    return _masked(kept)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        # A half of a character can't be sent.
        return mask_all(value).encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, dict):
        return {name: _masked(each) for name, each in value.items()}
    return [_masked(each) for each in value] if isinstance(value, list) else value

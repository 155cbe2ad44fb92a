"""Counting what only processes know. Nothing fails for it, and without METRICS_TOKEN it is nothing.

Who counts gives a few words of a known set as labels: never what a person wrote, nor a name.
"""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.conf import settings

from newsletter.metrics.dispatch_times import DispatchTimes, Times
from newsletter.metrics.folder import make_room

logger = logging.getLogger(__name__)

TRY_AGAIN = 60.0
"""Seconds after which a process that could not count tries again."""


@dataclass
class _State:
    """The process for which room was made, and until when it does not try again."""

    process: int = 0
    rests_until: float = 0.0


_state = _State()


def is_measured() -> bool:
    """Return whether anything is counted."""
    return bool(settings.METRICS_TOKEN)


def _counts[**Given](count: Callable[Given, None]) -> Callable[Given, None]:
    """Have a function count where that is wanted, and fail in silence but for one line a minute."""

    @wraps(count)
    def guarded(*args: Given.args, **kwargs: Given.kwargs) -> None:
        if not settings.METRICS_TOKEN or time.monotonic() < _state.rests_until:
            return
        try:
            if _state.process != os.getpid():
                make_room(settings.METRICS_FOLDER)
                _state.process = os.getpid()
            count(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - mail and pages are worth more than their figures
            _state.rests_until = time.monotonic() + TRY_AGAIN
            logger.warning("Nothing is counted for /metrics just now (%s)", error)

    return guarded


def new_times() -> DispatchTimes | None:
    """Return what gathers the times of one claim; None where nothing is measured."""
    return DispatchTimes() if settings.METRICS_TOKEN else None


@_counts
def count_dispatches(mailer: str, gathered: DispatchTimes) -> None:
    """Count the emails of a claim that has ended."""
    for outcome, times in gathered.by_outcome.items():
        _add(mailer, outcome, times)


@_counts
def count_dispatch(mailer: str, outcome: str, seconds: float | None) -> None:
    """Count one email. `seconds` are as of `DispatchTimes.add`."""
    gathered = DispatchTimes()
    gathered.add(outcome, seconds)
    _add(mailer, outcome, gathered.by_outcome[outcome])


def _add(mailer: str, outcome: str, times: Times) -> None:
    from newsletter.metrics.instruments import DISPATCH_SECONDS, DISPATCHED

    DISPATCHED.labels(mailer, str(outcome)).inc(times.number)
    DISPATCH_SECONDS.labels(mailer, str(outcome)).add(times.by_bucket, times.seconds)


@_counts
def count_webhook(provider: str, status: int) -> None:
    """Count a request to a webhook."""
    from newsletter.metrics.instruments import WEBHOOKS

    WEBHOOKS.labels(provider, str(status)).inc()


@_counts
def count_form(form: str, outcome: str) -> None:
    """Count a filled-in form that was decided about."""
    from newsletter.metrics.instruments import FORMS

    FORMS.labels(form, outcome).inc()


@_counts
def count_confirmation(outcome: str) -> None:
    """Count an answer to a press of the button behind a confirmation link."""
    from newsletter.metrics.instruments import CONFIRMATIONS

    CONFIRMATIONS.labels(outcome).inc()


@_counts
def count_request(pages: str, status: int, seconds: float) -> None:
    """Count a request that was answered."""
    from newsletter.metrics.instruments import REQUESTS

    REQUESTS.labels(pages, f"{status // 100}xx").observe(seconds)

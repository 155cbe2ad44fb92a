"""Masking of tokens and secrets in log lines.

With the token of a link, anybody who reads the log could act for a person.
"""

import logging
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.urls import get_resolver

from config.log_outages import outage_of
from newsletter.core.without_addresses import without_addresses

MASK = "[…]"
HARMLESS = frozenset({"slug", "provider", "pk", "number"})
"""Parts of URLs that may be logged. Any other part is taken for a token, so that a page to come is
covered.
"""
STAFF = "staff/"
"""The prefix of staff pages, whose URLs hold ids and names of tables."""

_SLASH = r"(?:/|%2F)+"
_ANYTHING_LONG = re.compile(rf"({_SLASH}[a-z-]+{_SLASH})[A-Za-z0-9_=-]{{16,}}", re.IGNORECASE)
"""For the moment before URLs are known."""
_IN_QUERY = re.compile(r"([?&;](?:secret|token|key|password)(?:=|%3D))[^&;\s\"']+", re.IGNORECASE)

_TOKEN = re.compile(r"(?<![A-Za-z0-9_-])[A-H][A-Za-z0-9_-]{27}(?![A-Za-z0-9_-])")
"""The shape of our tokens (newsletter.core.tokens), for those that stand where no URL has one, such
as behind a space that a mail program put into a link.
"""


def mask(text: str) -> str:
    """Return `text` without tokens and secrets. Everything around them stays."""
    for secret in _secrets():
        text = text.replace(secret, MASK)
    text = _IN_QUERY.sub(rf"\1{MASK}", text)
    text = _addresses().sub(rf"\1{MASK}", text)
    return _TOKEN.sub(MASK, text)


def mask_all(text: str) -> str:
    """Return `text` without tokens, secrets and email addresses."""
    return without_addresses(mask(text))


def mask_every_record() -> None:
    """Mask the records of every logger of this process from now on.

    That includes Django's, gunicorn's and Celery's own. What is away by a record's error or by one
    of its arguments is noted in it, too: masking leaves of them their words alone.
    """
    make = logging.getLogRecordFactory()
    if not isinstance(make, _Masked):
        logging.setLogRecordFactory(_Masked(make))


class _Masked:
    """A factory of records as the one before, with nothing in them that must not be read."""

    def __init__(self, make: Any) -> None:
        self._make = make

    def __call__(self, *args: Any, **options: Any) -> logging.LogRecord:
        record: logging.LogRecord = self._make(*args, **options)
        record.away, record.away_by = _away(record)
        try:
            said = record.getMessage()
        except Exception:  # noqa: BLE001 - arguments that don't fit their message: logging complains of that itself, and shows both
            said = f"{record.msg} {record.args}"
        record.msg, record.args = mask(said), ()
        if record.exc_info and record.exc_info[0]:
            # Formatters take this text as it is. Errors of the database and of mail servers quote
            # addresses.
            trace = logging.Formatter().formatException(record.exc_info)
            record.exc_text = mask_all(trace)
        if record.stack_info:
            record.stack_info = mask(record.stack_info)
        return record


def _away(record: logging.LogRecord) -> tuple[str, str]:
    """Return the server that is away, and the error that says so.

    That is the record's error or an argument of its message.
    """
    errors = [record.exc_info[1] if record.exc_info else None]
    if isinstance(record.args, tuple):
        errors += [each for each in record.args if isinstance(each, BaseException)]
    for error in errors:
        if name := outage_of(error):
            said = str(error).strip().partition("\n")[0]
            return name, mask_all(f"{type(error).__name__}: {said}")
    return "", ""


def _secrets() -> Iterator[str]:
    if settings.configured:
        names = ("WEBHOOK_SECRET", "SECRET_KEY", "SENTRY_DSN", "METRICS_TOKEN")
        yield from (value for name in names if (value := getattr(settings, name, "")))
        yield from getattr(settings, "LINK_KEYS", [])


def _addresses() -> re.Pattern[str]:
    try:
        return _known_addresses(settings.ROOT_URLCONF) if apps.ready else _ANYTHING_LONG
    except Exception:  # noqa: BLE001 - addresses that are being imported just now, or can't be
        return _ANYTHING_LONG


@cache
def _known_addresses(urlconf: str) -> re.Pattern[str]:
    """Match all that follows what stands before the token in a URL.

    So a page below it is covered, and a URL that was cut and joined on its way.
    """
    before = {route.partition("<")[0].strip("/") for route in secret_routes(urlconf)}
    pages = "|".join(sorted(re.escape(each).replace("/", _SLASH) for each in before))
    return re.compile(rf"({_SLASH}(?:{pages}){_SLASH})[^?#\s\"'<>]+", re.IGNORECASE)


def secret_routes(urlconf: str | None = None) -> list[str]:
    """Return the public URLs with a part that may be a token."""
    return [
        route
        for route, parts in _routes(get_resolver(urlconf).url_patterns, "")
        if parts - HARMLESS
    ]


def _routes(entries: Any, prefix: str) -> Iterator[tuple[str, frozenset[str]]]:
    for entry in entries:
        route = f"{prefix}{entry.pattern}"
        if route.startswith(STAFF):
            continue
        if hasattr(entry, "url_patterns"):
            yield from _routes(entry.url_patterns, route)
        else:
            yield route, frozenset(re.findall(r"<(?:[^:>]*:)?([^>]+)>", route))

"""The options behind the question mark of a mailer URL: reading them, and those that many take."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlsplit

from newsletter.core.loopback import is_loopback

CONNECT_TIMEOUT = 3.0
"""Seconds that a connection may take. A server that doesn't answer by then is down, or far too
busy for us."""
ANSWER_TIMEOUT = 20.0
"""Seconds that an answer may take, unless `timeout=` says otherwise."""
LONGEST_TIMEOUT = 25.0
"""Seconds for one answer at most. A message of a campaign that begins just before the last quarter
of a lease must be settled under it (CLAIM_LEASE)."""

_UNITS = {"s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hour": 3600}
_RATE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)/([a-z]+)")


class MailerUrlError(ValueError):
    """A mailer URL that can't be used; `example` shows one that could have been meant."""

    def __init__(self, problem: str, *, example: str) -> None:
        super().__init__(problem)
        self.example = example


@dataclass(frozen=True, slots=True)
class MailerOption:
    """One option of a mailer URL.

    Args:
        read: turns the text into a value; raises ValueError with what is wrong with it.
        example: the option as it is written, for the complaint.
    """

    read: Callable[[str], object]
    example: str


def read_options(
    query: str, *, known: Mapping[str, MailerOption], example: str
) -> dict[str, object]:
    """Read the options of a mailer URL.

    Args:
        query: the part behind the question mark.
        known: the options that this kind of mailer takes.
        example: a URL of this kind.

    Raises:
        MailerUrlError: an option that is unknown, repeated or not to be understood.
    """
    options: dict[str, object] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        if name not in known:
            shown = (
                repr(name)
                if name.isidentifier() and len(name) <= 30
                else "something behind the question mark"
            )
            raise MailerUrlError(
                f"{shown} is not one of its options ({', '.join(sorted(known))})", example=example
            )
        if name in options:
            raise MailerUrlError(f"the option {name!r} is given twice", example=example)
        try:
            options[name] = known[name].read(value)
        except ValueError as error:
            raise MailerUrlError(
                f"{name}={_shown(value)}: {error}", example=f"{example}?{known[name].example}"
            ) from None
    return options


def rate(value: str) -> float:
    """Read a number of messages a second, minute or hour, as messages a second."""
    match = _RATE.fullmatch(value.lower())
    per_second = float(match[1]) / _UNITS[match[2]] if match and match[2] in _UNITS else 0.0
    if per_second <= 0:
        raise ValueError("it is not a number of messages a second, minute or hour")
    return per_second


def whole_number(lowest: int, highest: int) -> Callable[[str], int]:
    """Return a reader of whole numbers from `lowest` to `highest`."""

    def read(value: str) -> int:
        if not (
            value.isascii()
            and value.isdigit()
            and len(value) < 10
            and lowest <= int(value) <= highest
        ):
            raise ValueError(f"it is not a whole number from {lowest} to {highest}")
        return int(value)

    return read


def identifier(value: str) -> str:
    """Read a name that a provider gives one of its things, such as a stream."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value):
        raise ValueError("use only letters, digits, hyphens and underscores")
    return value


def _timeout(value: str) -> float:
    if (
        not re.fullmatch(r"\d{1,3}(\.\d{1,3})?", value, re.ASCII)
        or not 0 < float(value) <= LONGEST_TIMEOUT
    ):
        raise ValueError(f"it is not a number of seconds up to {LONGEST_TIMEOUT:.0f}")
    return float(value)


def _name(value: str) -> str:
    if not re.fullmatch(r"[\w .()-]{1,60}", value):
        raise ValueError("use 1 to 60 letters, digits, spaces, dots or hyphens")
    return value


def _api_url(value: str) -> str:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError("it is not a web address") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("it is not a web address")
    if parts.username or parts.password:
        raise ValueError("put the key before the @ of the mailer URL, not here")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("the key would be sent without encryption; use https")
    return value


def _day(value: str) -> date:
    try:
        # Only so, though Python's calendar would take 20261201 and 2026-W49-2, too.
        return date.fromisoformat(
            value if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) else ""
        )
    except ValueError:
        raise ValueError("it is not a date, such as 2026-12-01") from None


COMMON_OPTIONS: Mapping[str, MailerOption] = {
    "connections": MailerOption(whole_number(1, 64), "connections=8"),
    "name": MailerOption(_name, "name=bulk"),
    "rate": MailerOption(rate, "rate=50/s"),
    "warm_up": MailerOption(_day, "warm_up=2026-12-01"),
}
"""Every mailer takes these."""

TIMEOUT_OPTION: Mapping[str, MailerOption] = {"timeout": MailerOption(_timeout, "timeout=20")}

API_OPTIONS: Mapping[str, MailerOption] = {
    "api_url": MailerOption(_api_url, "api_url=https://api.example.org/"),
    **TIMEOUT_OPTION,
}
"""Mailers with an API over HTTP take these."""

BATCH_OPTION: Mapping[str, MailerOption] = {
    "batch": MailerOption(whole_number(1, 1000), "batch=500")
}
"""Mailers that take several recipients a call take this, too."""


def _shown(value: str) -> str:
    # An option can hold credentials too: http://user:password@host.
    return "…" if "@" in value or not value.isprintable() or len(value) > 100 else value

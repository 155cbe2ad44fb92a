"""The options behind the question mark of a mailer URL."""

import ipaddress
import re
from collections.abc import Callable
from datetime import date
from urllib.parse import parse_qsl, urlsplit

CONNECT_TIMEOUT = 3.0
"""Seconds that a connection may take. Whatever doesn't answer by then is down, or far too busy for
us."""
LONGEST_TIMEOUT = 25.0
"""Seconds for one answer at most. What begins just before the last quarter of a lease must be
settled under it (CLAIM_LEASE)."""

_UNITS = {"s": 1, "sec": 1, "second": 1, "m": 60, "min": 60, "minute": 60, "h": 3600, "hour": 3600}
_RATE = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)/([a-z]+)")


class MailerUrlError(ValueError):
    """A mailer URL that can't be used; `example` shows one of the kind that could have been meant."""

    def __init__(self, problem: str, *, example: str) -> None:
        super().__init__(problem)
        self.example = example


def read_options(query: str, *, known: frozenset[str], example: str) -> dict[str, object]:
    """Read the options of a mailer URL.

    Args:
        query: what stands behind the question mark.
        known: the options that this kind of mailer takes.

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
                f"{shown} is no option of it ({', '.join(sorted(known))})", example=example
            )
        if name in options:
            raise MailerUrlError(f"the option {name!r} stands there twice", example=example)
        try:
            options[name] = _READERS[name](value)
        except ValueError as error:
            raise MailerUrlError(
                f"{name}={_shown(value)}: {error}", example=f"{example}?{_EXAMPLES[name]}"
            ) from None
    return options


def is_loopback(host: str) -> bool:
    """Whether `host` is this machine, without asking DNS."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _shown(value: str) -> str:
    # An option can hold credentials too: http://user:password@host.
    return "…" if "@" in value or not value.isprintable() or len(value) > 100 else value


def _rate(value: str) -> float:
    match = _RATE.fullmatch(value.lower())
    per_second = float(match[1]) / _UNITS[match[2]] if match and match[2] in _UNITS else 0.0
    if per_second <= 0:
        raise ValueError("it is not a number of messages a second, minute or hour")
    return per_second


def _whole_number(lowest: int, highest: int) -> Callable[[str], int]:
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


def _timeout(value: str) -> float:
    if (
        not re.fullmatch(r"\d{1,3}(\.\d{1,3})?", value, re.ASCII)
        or not 0 < float(value) <= LONGEST_TIMEOUT
    ):
        raise ValueError(f"it is not a number of seconds up to {LONGEST_TIMEOUT:.0f}")
    return float(value)


def _name(value: str) -> str:
    if not re.fullmatch(r"[\w .()-]{1,60}", value):
        raise ValueError("a name has 1 to 60 letters, digits, spaces, points or hyphens")
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
        raise ValueError("the key stands before the @ of the mailer URL, not here")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise ValueError("the key would travel without encryption; use https")
    return value


def _day(value: str) -> date:
    try:
        # Only so, though the calendar of Python would take 20261201 and 2026-W49-2, too.
        return date.fromisoformat(
            value if re.fullmatch(r"\d{4}-\d\d-\d\d", value, re.ASCII) else ""
        )
    except ValueError:
        raise ValueError("it is not a date, such as 2026-12-01") from None


def _identifier(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", value):
        raise ValueError("it has letters, digits, hyphens and underscores alone")
    return value


def _return_path(value: str) -> str:
    # Behind the plus sign comes a reference of 28 characters, and a mailbox name has 64 at most
    # (RFC 5321 section 4.5.3.1.1).
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,35}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value):
        raise ValueError(
            "it is not an e-mail address, or its part before the @ has a plus sign or more than "
            "35 characters"
        )
    return value


def _domain(value: str) -> str:
    if not re.fullmatch(r"[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*", value, re.IGNORECASE):
        raise ValueError("it has letters, digits, hyphens and points alone")
    return value.lower()


def _dkim_key(value: str) -> str:
    from newsletter.transport.message.dkim import (
        read_key,
    )  # takes its time, and most mailers sign by themselves

    read_key(value)
    return value


_READERS: dict[str, Callable[[str], object]] = {
    "api_url": _api_url,
    "batch": _whole_number(1, 1000),
    "configuration_set_name": _identifier,
    "connections": _whole_number(1, 64),
    "dkim_domain": _domain,
    "dkim_key": _dkim_key,
    "dkim_selector": _domain,
    "domain_rate": _rate,
    "message_stream": _identifier,
    "name": _name,
    "rate": _rate,
    "return_path": _return_path,
    "timeout": _timeout,
    "warm_up": _day,
}

_EXAMPLES = {
    "api_url": "api_url=https://api.example.org/",
    "batch": "batch=500",
    "configuration_set_name": "configuration_set_name=newsletter",
    "connections": "connections=8",
    "dkim_domain": "dkim_domain=example.org",
    "dkim_key": "dkim_key=/etc/convene/dkim.pem",
    "dkim_selector": "dkim_selector=convene",
    "domain_rate": "domain_rate=5/s",
    "message_stream": "message_stream=broadcast",
    "name": "name=bulk",
    "rate": "rate=50/s",
    "return_path": "return_path=bounces@lists.example.org",
    "timeout": "timeout=20",
    "warm_up": "warm_up=2026-12-01",
}

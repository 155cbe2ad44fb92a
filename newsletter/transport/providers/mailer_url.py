"""Mailer URLs: one line of configuration that says how mail leaves.

This is read before Django is set up, and no complaint ever repeats the URL: it holds a password or
a key.
"""

import difflib
from collections.abc import Mapping
from datetime import date

from newsletter.transport.config.mailer_options import (
    COMMON_OPTIONS,
    MailerUrlError,
    read_options,
)
from newsletter.transport.config.mailer_parts import take_apart
from newsletter.transport.config.mailer_settings import MailerSettings
from newsletter.transport.providers.registry import schemes

_USUAL = "smtp"
_UNSUPPORTED = frozenset({"mailersend", "scaleway"})
"""Providers that don't carry the List-Unsubscribe header."""


def parse_mailer_url(url: str) -> MailerSettings:
    """Read one mailer URL.

    Raises:
        MailerUrlError: with what is wrong, and an example. The URL itself is not repeated.
    """
    name, separator, _ = url.strip().partition("://")
    known = schemes()
    if not separator or name.lower() not in known:
        raise _unknown(name if separator else "")
    provider, scheme = known[name.lower()]
    parts = take_apart(url.strip(), example=scheme.example)
    options = read_options(
        parts.query, known={**COMMON_OPTIONS, **scheme.options}, example=scheme.example
    )
    return MailerSettings(
        provider=provider.key,
        backend=provider.backend,
        options=scheme.read(parts, options),
        name=str(options.get("name", provider.key)),
        rate=_number(options, "rate"),
        connections=int(_number(options, "connections") or 8),
        batch=int(_number(options, "batch") or 1),
        domain_rate=_number(options, "domain_rate"),
        warm_up=day if isinstance(day := options.get("warm_up"), date) else None,
    )


def _number(options: Mapping[str, object], name: str) -> float | None:
    value = options.get(name)
    return float(value) if isinstance(value, int | float) else None


def _unknown(name: str) -> MailerUrlError:
    """Return the error for a URL that names no kind of mailer, with the most likely one."""
    examples = {known: scheme.example for known, (_, scheme) in schemes().items()}
    usual = examples[_USUAL]
    if not name:
        return MailerUrlError("it doesn't start with a kind of mailer and ://", example=usual)
    if name.lower() in _UNSUPPORTED:
        return MailerUrlError(
            f"{name} can't be used: it doesn't carry the List-Unsubscribe header", example=usual
        )
    if not name.replace("+", "").replace("-", "").isalnum() or len(name) > 20:
        return MailerUrlError("what comes before :// is not a kind of mailer", example=usual)
    near = difflib.get_close_matches(name.lower(), examples, n=1)
    return MailerUrlError(
        f"{name!r} is not a mailer that Convene knows ({', '.join(examples)})",
        example=examples[near[0]] if near else usual,
    )

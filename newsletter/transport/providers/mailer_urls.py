"""Mailer URLs: one line of configuration that says how mail leaves.

The first mailer is used, the others stand by. This is read before Django is set up, and no
complaint ever repeats a URL: it holds a password or a key.
"""

import difflib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from newsletter.transport.config.mailer_options import (
    COMMON_OPTIONS,
    MailerUrlError,
    read_options,
)
from newsletter.transport.config.mailer_parts import take_apart
from newsletter.transport.config.mailer_settings import MailerSettings
from newsletter.transport.providers.inbox import INBOX_URL
from newsletter.transport.providers.registry import schemes

EXAMPLE = "brevo://:key@ smtp://user:password@mail.example.org:587"
_BETWEEN = re.compile(r"[\s,]+(?=[A-Za-z][A-Za-z+]*://)")
"""Blanks or commas, and only where a mailer follows: a name may have blanks, a password commas."""
_USUAL = "smtp"
_UNSUPPORTED = frozenset({"mailersend", "scaleway"})
"""Providers that don't carry the List-Unsubscribe header."""


def split_mailer_urls(value: str) -> list[str]:
    """Return the URLs of `value`; that of the development inbox where there is none."""
    return _BETWEEN.split(value.strip()) if value.strip() else [INBOX_URL]


def parse_mailer_urls(value: str) -> tuple[MailerSettings, ...]:
    """Read mailer URLs with spaces between them, in the order in which they are to be used.

    Each gets a name of its own.

    Raises:
        MailerUrlError: with which one is wrong, what is wrong with it, and an example.
    """
    urls = split_mailer_urls(value)
    mailers = _named([_parse(url, place, len(urls)) for place, url in enumerate(urls, 1)])
    if len(mailers) > 1 and any(mailer.provider == "inbox" for mailer in mailers):
        raise MailerUrlError(
            "the development inbox can't be combined with other mailers", example=EXAMPLE
        )
    [(name, number), *_] = Counter(mailer.name for mailer in mailers).most_common()
    if number > 1:
        raise MailerUrlError(
            f"{number} mailers are named {name!r}; give each a name of its own",
            example=f"{EXAMPLE}?name=spare",
        )
    return mailers


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


def _parse(url: str, place: int, number: int) -> MailerSettings:
    try:
        return parse_mailer_url(url)
    except MailerUrlError as error:
        if number == 1:
            raise
        raise MailerUrlError(
            f"mailer {place} of {number}: {error}", example=error.example
        ) from error


def _named(mailers: Sequence[MailerSettings]) -> tuple[MailerSettings, ...]:
    """Number each provider that stands there again without a name of its own, by its place."""
    seen: set[str] = set()
    named = []
    for place, mailer in enumerate(mailers, 1):
        again = mailer.name == mailer.provider and mailer.provider in seen
        seen.add(mailer.name)
        named.append(replace(mailer, name=f"{mailer.provider}-{place}") if again else mailer)
    return tuple(named)


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

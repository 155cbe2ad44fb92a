"""Several mailers in one line of configuration: the first is used, the others stand by.

Read before Django is set up.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from newsletter.transport.config.mailer_options import MailerUrlError
from newsletter.transport.config.mailer_settings import MailerSettings
from newsletter.transport.providers.inbox import INBOX_URL
from newsletter.transport.providers.mailer_url import parse_mailer_url

EXAMPLE = "brevo://:key@ smtp://user:password@mail.example.org:587"
_BETWEEN = re.compile(r"[\s,]+(?=[A-Za-z][A-Za-z+]*://)")
"""Blanks or commas, and only where a mailer follows: a name may have blanks, a password commas."""


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

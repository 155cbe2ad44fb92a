"""A bounce that no standard describes: its words say who it is about, and why."""

import re
from collections.abc import Iterator
from email.message import Message
from email.utils import getaddresses

from flufl.bounce import all_failures

from newsletter.states import BounceClass, ProviderEventKind
from newsletter.transport.providers.parts.untrusted_input import text
from newsletter.webhooks.bounces.automatic_replies import (
    has_a_null_return_path,
    is_an_automatic_reply,
    is_from_a_mail_system,
)
from newsletter.webhooks.bounces.bounce_text import addresses_in, words_about
from newsletter.webhooks.bounces.classify import classify_bounce
from newsletter.webhooks.parsed_event import LONGEST_DETAIL, ParsedEvent

MOST_NAMED = 10
"""Addresses that are read out of the text of a bounce, where nothing else names a recipient."""

MOST_LISTED = 100
"""Addresses that are read out of one header."""
LONGEST_LIST = 20_000
"""Characters of addresses that are read out of headers."""
LONGEST_LINE = 1_000
MOST_SEARCHED = 100_000
"""Characters of a mail, and of one of its lines, in which flufl.bounce looks for addresses. Its
patterns take time that grows with the square of a line."""

_AT_MOST_SOFT = {BounceClass.HARD: BounceClass.SOFT}
_WAITING = re.compile(
    r"\bdelayed\b|\(delay\)|warning (?:message )?only|just a warning|not yet been delivered"
    r"|still being (?:re)?tried|will (?:be retried|continue trying|keep trying)|postponed",
    re.IGNORECASE,
)


def parse_nonstandard_bounce(mail: Message, words: str, quoted: str) -> Iterator[ParsedEvent]:
    """Yield the events of a bounce without a delivery report, or of an automatic reply.

    The two must be told apart: both may have an empty return path and call themselves an automatic
    reply.

    Args:
        words: the mail's own text.
        quoted: the text of the message that it returns, in lower case.
    """
    system = is_from_a_mail_system(mail)
    if not system and not has_a_null_return_path(mail) and is_an_automatic_reply(mail):
        yield _automatic(mail)
        return
    named = _named(mail, words, quoted, system=system)
    waiting = {address for address, waits in named.items() if waits}
    detail = text(" ".join(words.split()), LONGEST_DETAIL)
    for address in named:
        if address in waiting:
            yield ParsedEvent(kind=ProviderEventKind.DEFERRED, recipient=address, detail=detail)
            continue
        found = classify_bounce(words_about(words, address, others=named))
        # A recipient that isn't named may be the target of a forwarding; and only a mail system
        # knows who exists.
        found = found if address and system else _AT_MOST_SOFT.get(found, found)
        yield ParsedEvent(
            kind=ProviderEventKind.BOUNCED, bounce_class=found, recipient=address, detail=detail
        )
    if not named and is_an_automatic_reply(mail):
        yield _automatic(mail)


def _named(mail: Message, words: str, quoted: str, *, system: bool) -> dict[str, bool]:
    """Return the addresses that the mail is about, in lower case.

    An address that flufl.bounce finds only in the message that came back isn't meant: that is its
    sender, or its id.

    Returns:
        For each whether the mail system goes on trying. The address is empty where a mail system
        names nobody.
    """
    _shorten(mail)
    temporary, permanent = all_failures(mail)
    failed = [*sorted(map(_plain, permanent)), *_failed_recipients(mail)]
    waits = bool(_WAITING.search(f"{mail.get('Subject', '')}\n{words}"))
    found = {address.lower(): waits for address in failed} | {
        _plain(address).lower(): True for address in temporary - permanent
    }
    low = words.lower()
    meant = {
        address: waits
        for address, waits in found.items()
        if address in low or address not in quoted
    }
    if meant or not system:
        return meant or found
    return dict.fromkeys(
        addresses_in(words, but=_ours(mail))[:MOST_NAMED] or ([""] if words.strip() else []), waits
    )


def _shorten(mail: Message) -> None:
    """Cut a mail, and each line of it, to what is searched for addresses."""
    left = MOST_SEARCHED
    for part in mail.walk():
        text_of_part = part.get_payload()
        if isinstance(text_of_part, str):
            lines = text_of_part[:left].splitlines(keepends=True)
            part.set_payload("".join(_shortened(line) for line in lines))
            left -= len(text_of_part[:left])


def _shortened(line: str) -> str:
    return line if len(line) <= LONGEST_LINE else f"{line[:LONGEST_LINE]}\n"


def _automatic(mail: Message) -> ParsedEvent:
    return ParsedEvent(
        kind=ProviderEventKind.AUTORESPONDED,
        detail=text(str(mail.get("Subject", "")), LONGEST_DETAIL),
    )


def _failed_recipients(mail: Message) -> list[str]:
    """Return the addresses in X-Failed-Recipients, a header of Exim and Google."""
    named = _addresses_in(mail, "X-Failed-Recipients")
    return list(dict.fromkeys(_plain(address) for address in named if "@" in address))[:MOST_LISTED]


def _ours(mail: Message) -> set[str]:
    """Return the addresses that a bounce names without meaning its recipient.

    They are those that it was sent to, and those to ask.
    """
    return set(map(str.lower, _addresses_in(mail, "From", "Reply-To", "To", "Delivered-To")))


def _addresses_in(mail: Message, *names: str) -> list[str]:
    values = ",".join(str(value) for name in names for value in mail.get_all(name) or ())
    return [address for _, address in getaddresses([values[:LONGEST_LIST]])]


def _plain(address: bytes | str) -> str:
    return text(address.decode("utf-8", "replace") if isinstance(address, bytes) else address, 400)

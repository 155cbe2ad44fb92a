"""Recipients as staff pages show them: whoever may not see subscribers learns nobody's address or name from a campaign."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from campaigns.models import Delivery
from campaigns.states import SkipReason
from newsletter.core.addresses import masked_address
from subscribers.models import Subscriber

ERASED = "erased"
NOT_SHOWN = "Not shown"

_CODES = re.compile(
    r"\b[245]\d\d\b(?:[ -]?\b[245]\.\d{1,3}\.\d{1,3}\b)?|\b[245]\.\d{1,3}\.\d{1,3}\b"
)
"""What a mail server answered, without its words (RFC 5321 section 4.2, RFC 3463)."""
_ADDRESS_LIKE = re.compile(r"@|%40|=", re.IGNORECASE)
"""An address in plain, in a URL, and as a return path holds one."""
_ADDRESS = re.compile(r"[^\s<>]*(?:@|%40)[^\s<>]*", re.IGNORECASE)
_SHORTEST_CLUE = 3
"""Characters. Shorter pieces of names stand in any sentence, and tell of somebody only as words of
their own."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One row of the ledger, as far as the person who looks at it may see it."""

    delivery: Delivery
    address: str
    reason: str


def may_see_people(request: HttpRequest) -> bool:
    """Whether whoever asks may see subscribers."""
    return any(
        request.user.has_perm(f"subscribers.{verb}_subscriber") for verb in ("view", "change")
    )


def recipients_shown(rows: Iterable[Delivery], *, openly: bool) -> list[Recipient]:
    """Deliveries for a table.

    Args:
        rows: with their subscribers.
        openly: as `may_see_people` says; otherwise addresses are masked, and reasons keep to what
            names nobody.
    """
    return [
        Recipient(
            row, address_shown(row.subscriber, openly=openly), reason_shown(row, openly=openly)
        )
        for row in rows
    ]


def address_shown(subscriber: Subscriber | None, *, openly: bool) -> str:
    """The address, masked or not; a word where the person was erased."""
    if subscriber is None:
        return ERASED
    return subscriber.email if openly else masked_address(subscriber.email)


def reason_shown(delivery: Delivery, *, openly: bool) -> str:
    """Why a delivery failed or was skipped.

    Mail servers put the address, or a part of it, into their answers, so of one that could name the
    person only the codes are shown. Where the person was erased, nothing tells any more what would
    name them.
    """
    reason = delivery.reason
    if openly or not reason or reason in SkipReason.values:
        return reason
    person = delivery.subscriber
    if person is not None and not _ADDRESS_LIKE.search(reason) and not _names(reason, person):
        return reason
    codes = dict.fromkeys(_CODES.findall(reason))
    return ", ".join(codes) or NOT_SHOWN


def without_addresses(text: str, *, openly: bool) -> str:
    """Why a campaign was paused: what a mail server said of us all may still name the one at whom it said it."""
    return text if openly else _ADDRESS.sub("…", text)


def _names(reason: str, person: Subscriber) -> bool:
    said = reason.casefold()
    pieces = re.split(
        r"[^\w]+|_",
        f"{person.email} {person.full_name} {person.given_name} {person.organisation}".casefold(),
    )
    words = set(re.split(r"[^\w]+|_", said))
    return any(
        piece in said if len(piece) >= _SHORTEST_CLUE else piece in words
        for piece in pieces
        if piece
    )

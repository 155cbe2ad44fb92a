"""Recipients on staff pages, masked for staff who may not see subscribers."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from campaigns.models import Delivery
from campaigns.states import SkipReason
from newsletter.core.addresses import masked_address
from newsletter.core.without_addresses import without_addresses
from subscribers.models import Subscriber

ERASED = "Erased"
NOT_SHOWN = "Not shown"
ANOTHER_ADDRESS = "sent to another address"
"""Beside the present address, where the one that it went to isn't known any more."""

_CODES = re.compile(
    r"\b[245]\d\d\b(?:[ -]?\b[245]\.\d{1,3}\.\d{1,3}\b)?|\b[245]\.\d{1,3}\.\d{1,3}\b"
)
"""The codes of a mail server's answer, without its words (RFC 5321 section 4.2, RFC 3463)."""
_MINIMUM_PIECE = 3
"""Characters. Shorter pieces of names occur in any sentence, so they count as whole words only."""


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One delivery in a table, as far as the person who looks at it may see it."""

    delivery: Delivery
    address: str
    reason: str


def may_see_subscribers(request: HttpRequest) -> bool:
    """Return whether the person who asks may see subscribers."""
    return request.user.has_perm("subscribers.view_subscriber")


def delivery_rows(
    deliveries: Iterable[Delivery], *, unmasked: bool, discreet: bool
) -> list[DeliveryRow]:
    """Return deliveries as rows of a table.

    Args:
        deliveries: with their subscribers.
        unmasked: as `may_see_subscribers` says. Otherwise addresses are masked, and reasons are
            reduced to what names nobody.
        discreet: as `newsletter.admin.discreet.may_unmask` says. Otherwise those of people in
            discreet mode are masked.
    """
    found = list(deliveries)
    merged = _merged_records(found)
    rows = []
    for each in found:
        # Whose mailbox it went to: of a record that was merged since, not the present one.
        reached = merged.get(each.sent_to, each.subscriber) if each.sent_to else each.subscriber
        hides = is_discreet(each.subscriber) or is_discreet(reached)
        shows = unmasked and (discreet or not hides)
        address = shown_address(reached, unmasked=shows)
        if each.sent_to and each.sent_to not in merged:
            address = f"{address} ({ANOTHER_ADDRESS})"
        rows.append(DeliveryRow(each, address, shown_reason(each, unmasked=shows)))
    return rows


def _merged_records(deliveries: Iterable[Delivery]) -> dict[str, Subscriber]:
    """Return the records to whose addresses some deliveries went before they were merged."""
    digests = {each.sent_to for each in deliveries if each.sent_to}
    if not digests:
        return {}
    return {each.digest: each for each in Subscriber.objects.filter(digest__in=digests)}


def is_discreet(subscriber: Subscriber | None) -> bool:
    """Return whether somebody is in discreet mode."""
    return subscriber is not None and subscriber.discreet_since is not None


def shown_address(subscriber: Subscriber | None, *, unmasked: bool) -> str:
    """Return the address, masked or not, or a word where the person was erased."""
    if subscriber is None:
        return ERASED
    return subscriber.email if unmasked else masked_address(subscriber.email)


def shown_reason(delivery: Delivery, *, unmasked: bool) -> str:
    """Return why a delivery failed or was skipped.

    Mail servers put a part of the address into their answers, and answers of earlier versions hold
    all of it. An answer that could name the person is reduced to its codes. The answer about
    somebody who was erased always is, because nothing is left to compare it with; so is that of an
    address of a record that was merged.
    """
    reason = delivery.reason
    if reason in SkipReason.values:
        return str(SkipReason(reason).label)
    if unmasked or not reason:
        return reason
    person = delivery.subscriber
    names_an_address = without_addresses(reason) != reason
    if delivery.sent_to or person is None:
        return ", ".join(dict.fromkeys(_CODES.findall(reason))) or NOT_SHOWN
    if not names_an_address and not _names(reason, person):
        return reason
    codes = dict.fromkeys(_CODES.findall(reason))
    return ", ".join(codes) or NOT_SHOWN


def redact_addresses(text: str, *, unmasked: bool) -> str:
    """Remove addresses from the reason for which a campaign was paused.

    A mail server's answer about all of our mail may still name the recipient to whom it was given.
    """
    return text if unmasked else without_addresses(text)


def _names(reason: str, person: Subscriber) -> bool:
    text = reason.casefold()
    pieces = re.split(
        r"[^\w]+|_",
        f"{person.email} {person.full_name} {person.given_name} {person.institution}".casefold(),
    )
    words = set(re.split(r"[^\w]+|_", text))
    return any(
        piece in text if len(piece) >= _MINIMUM_PIECE else piece in words
        for piece in pieces
        if piece
    )

"""On the page of a person: campaigns that were sent to them, and their answers to events."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest

from campaigns.event_states import Seat
from campaigns.models import Delivery, Rsvp
from campaigns.need_to_know import visible_deliveries, visible_events
from campaigns.status_colours import DELIVERY_COLOURS
from campaigns.studio.answers.rows import ANSWERS, CAME, PLACES
from campaigns.studio.masking import shown_reason
from newsletter.admin.discreet import is_masked
from newsletter.core.numbers import whole_number
from subscribers.admin.person_sections import PersonSection, add_person_section
from subscribers.models import Subscriber

EMAILS_SHOWN, ANSWERS_SHOWN = 20, 20
PART, MOST_PARTS = "emails", 500
"""The query parameter of older campaigns: which part of them, from 1."""


@dataclass(frozen=True, slots=True)
class SentRow:
    """A campaign that was sent to a person, or is going to be, and what became of it.

    `address` is that of a record that was merged, where it was sent there.
    """

    delivery: Delivery
    colour: str
    reason: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class SentCampaigns:
    """A part of them, newest campaign first.

    Attributes:
        older: the part with older ones; None at the end.
        is_first: whether these are the newest.
    """

    rows: list[SentRow]
    older: int | None
    is_first: bool


@dataclass(frozen=True, slots=True)
class AnswerOfPerson:
    """An answer to the invitation to an event."""

    rsvp: Rsvp
    answer: str
    place: str
    came: str


def sent_campaigns(request: HttpRequest, person: Subscriber) -> PersonSection | None:
    """Build the section of campaigns. Those of topics that staff may not know of are left out."""
    if not request.user.has_perm("campaigns.view_campaign"):
        return None
    merged = {each.pk: each for each in person.merged_records.all()}
    rows = visible_deliveries(request.user).filter(subscriber__in=[person.pk, *merged])
    addresses = {each.digest: each.email for each in merged.values()}
    part = min(whole_number(request.GET.get(PART, "")) or 1, MOST_PARTS)
    # Of ten million deliveries, the index finds a person's, who has one a campaign of two years.
    newest = F("campaign__launched_at").desc(nulls_last=True)
    listed = rows.select_related("campaign__topic", "subscriber").order_by(newest, "-campaign_id")
    start = (part - 1) * EMAILS_SHOWN
    found = list(listed[start : start + EMAILS_SHOWN + 1])
    shown, unmasked = found[:EMAILS_SHOWN], not is_masked(person)
    content = SentCampaigns(
        rows=[
            SentRow(
                each,
                DELIVERY_COLOURS.get(each.status, ""),
                shown_reason(each, unmasked=unmasked),
                _other_address(each, merged, addresses) if unmasked else "",
            )
            for each in shown
        ],
        older=part + 1 if len(found) > EMAILS_SHOWN else None,
        is_first=part == 1,
    )
    return PersonSection("studio/person/sent_campaigns.html", content)


def _other_address(
    delivery: Delivery, merged: Mapping[int, Subscriber], addresses: Mapping[str, str]
) -> str:
    """Return the address of a merged record that a delivery was for; empty for the present one."""
    if delivery.sent_to:
        return addresses.get(delivery.sent_to, "")
    of_other = merged.get(delivery.subscriber_id or 0)
    return of_other.email if of_other is not None else ""


def answers_to_events(request: HttpRequest, person: Subscriber) -> PersonSection | None:
    """Build the section of answers, to events that staff may know of, newest event first."""
    if not request.user.has_perm("campaigns.view_rsvp"):
        return None
    found = list(_answers_of(request, person)[: ANSWERS_SHOWN + 1])
    content = {
        "rows": [
            AnswerOfPerson(
                each,
                ANSWERS[each.answer],
                PLACES.get(Seat(each.seat), ""),
                CAME[each.came] if each.came is not None else "",
            )
            for each in found[:ANSWERS_SHOWN]
        ],
        "has_more": len(found) > ANSWERS_SHOWN,
    }
    return PersonSection("studio/person/answers_to_events.html", content)


def _answers_of(request: HttpRequest, person: Subscriber) -> QuerySet[Rsvp]:
    # Also what they answered as a guest, before they subscribed.
    theirs = Rsvp.objects.filter(Q(subscriber=person.pk) | Q(digest=person.digest))
    known = theirs.filter(event__in=visible_events(request.user))
    return known.select_related("event").order_by("-event__starts_at", "-pk")


add_person_section(sent_campaigns)
add_person_section(answers_to_events)

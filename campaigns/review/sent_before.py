"""Preflight: an email with the same subject that went to the same people a few days ago."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Q, Sum

from campaigns.audience.resolve import receivers_of
from campaigns.models import Campaign, CampaignContent, Delivery, DeliveryTally
from campaigns.review.finding import PreflightFinding, warning
from campaigns.states import OPEN, DeliveryStatus
from subscribers.need_to_know.small_groups import SMALL_GROUP

LATELY = timedelta(days=7)
"""Earlier emails than this may well have the same subject, such as those of each month."""
NAMED = 3
"""Earlier campaigns that are looked at, the newest."""
LOOKED_AT = 1_000
"""Deliveries of an earlier campaign that are looked at. Of a larger one the overlap is estimated
from as many, so that no page reads a million rows."""

_REACHED = OPEN | {DeliveryStatus.ACCEPTED, DeliveryStatus.DELIVERED, DeliveryStatus.UNCERTAIN}
"""The states of whoever got an email, may have got it or waits for it."""


def sent_before(campaign: Campaign, *, now: datetime) -> Iterator[PreflightFinding]:
    """Find out who of the audience had an email with the same subject, in any language, lately.

    Small numbers are told to nobody, since preflight doesn't know who reads it. Campaigns of other
    topics that need to know are left out for the same reason.

    Args:
        campaign: whose audience can be resolved.
    """
    # A later version goes to those alone whom the earlier one never tried.
    if not campaign.is_editable or campaign.earlier_version_id:
        return
    for earlier in _with_the_same_subject(campaign, now=now):
        people = _in_both(campaign, earlier)
        if people:
            yield warning(
                f"An email with this subject went to {people} of these people on "
                f"{earlier.launched_at:%-d %B %Y, %H:%M} UTC (“{earlier.name}”). They would get it "
                f"again.",
                "audience",
            )


def _with_the_same_subject(campaign: Campaign, *, now: datetime) -> list[Campaign]:
    """Return the campaigns that were launched lately with one of the subjects, newest first."""
    own = {_plain(each) for each in campaign.contents.values_list("subject", flat=True)} - {""}
    may_be_named = Q(topic=campaign.topic_id) | Q(topic__is_restricted=False)
    launched = Campaign.objects.filter(may_be_named, launched_at__gt=now - LATELY)
    written = CampaignContent.objects.filter(campaign__in=launched.exclude(pk=campaign.pk))
    found = written.values_list("campaign", "subject")
    same = [pk for pk, subject in found if _plain(subject) in own]
    return list(Campaign.objects.filter(pk__in=same).order_by("-launched_at", "-pk")[:NAMED])


def _plain(subject: str) -> str:
    return " ".join(subject.split()).casefold()


def _in_both(campaign: Campaign, earlier: Campaign) -> str:
    """Return in words how many recipients-to-be had another campaign; empty for none."""
    rows = Delivery.objects.filter(campaign=earlier).values_list("subscriber", "status")
    # Without an order: the index of a campaign's deliveries is read to this number and no further.
    looked_at = list(rows.order_by()[:LOOKED_AT])
    had_it = [person for person, status in looked_at if person and status in _REACHED]
    number = receivers_of(campaign).filter(pk__any_of=had_it).count() if had_it else 0
    if not number:
        return ""
    about = ""
    if len(looked_at) == LOOKED_AT:
        tallies = DeliveryTally.objects.filter(campaign=earlier, status__in=_REACHED)
        reached = tallies.aggregate(number=Sum("number"))["number"] or 0
        about, number = "about ", max(round(reached * number / len(had_it)), number)
    return f"fewer than {SMALL_GROUP}" if number < SMALL_GROUP else f"{about}{number:,}"

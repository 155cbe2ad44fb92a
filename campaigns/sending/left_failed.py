"""Failed emails that stay as they are where others are tried again, and why."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q

from campaigns.audience.noted import noted_of
from campaigns.audience.resolve import RECEIVE, fates_of
from campaigns.audience.same_change import TOLD_ALREADY
from campaigns.models import Campaign, Delivery
from campaigns.sending.claims.outdated import has_newer_entry
from campaigns.sending.deliveries.reported import HAD_IT, IS_REPORTED, awaiting_report
from campaigns.sending.written_instead import got_instead
from campaigns.states import SkipReason
from newsletter.epoch.restores import restored_since
from newsletter.transport.pacing.retry import SPENT

FINAL = "final"
"""The reason of emails that were refused for good, or that a person gave up: nothing has passed."""
NEW_ADDRESS = "new_address"
NEWER_EMAIL = "newer_email"
ANOTHER_EMAIL = "another_email"
RESTORED = "restored"
REPORTED = "reported"
"""The reasons why other failed emails stay as they are, beside those of `audience.resolve`."""


class Failure(NamedTuple):
    """A failed delivery, with the values that decide whether it can be tried again."""

    pk: int
    subscriber_id: int | None
    reason: str
    settled_at: datetime | None
    mailer: str
    unsubscribed_at: datetime | None
    sent_to: str
    address_since: datetime | None


def reasons_to_leave(
    campaign: Campaign, chunk: list[Failure], instead: list[int]
) -> Iterator[tuple[Failure, str]]:
    """Yield each of some failures, and why it stays as it is; empty where it can be tried again.

    Args:
        instead: the campaigns that were written for those whom this one didn't reach.
    """
    passing = [one for one in chunk if one.reason.startswith(SPENT)]
    ids = [one.pk for one in passing]
    people = {one.subscriber_id for one in passing if one.subscriber_id}
    own = Delivery.objects.filter(pk__any_of=ids)
    # Whoever named it may have taken it.
    named = own.filter(IS_REPORTED | ~Q(provider_message_id=""))
    reported = set(named.values_list("pk", flat=True)) | awaiting_report(ids)
    newer = set(own.filter(has_newer_entry()).values_list("pk", flat=True))
    told = _told_by_message(campaign, ids)
    fates, got = fates_of(campaign, people), got_instead(instead, people)
    # What failed before a restore may have been tried again in the time that the database lost.
    restored_at = restored_since(campaign.launched_at) if campaign.launched_at else None

    def fate(one: Failure) -> str:
        found = fates.get(one.subscriber_id or 0, SkipReason.UNSUBSCRIBED)
        return "" if found == RECEIVE else found

    def lost(one: Failure) -> bool:
        return restored_at is not None and (one.settled_at is None or one.settled_at <= restored_at)

    asked: tuple[Callable[[Failure], str], ...] = (
        lambda one: REPORTED if one.reason.startswith(HAD_IT) else "",
        lambda one: "" if one.reason.startswith(SPENT) else FINAL,
        lambda one: SkipReason.ERASED if one.subscriber_id is None else "",
        lambda one: REPORTED if one.pk in reported else "",
        lambda one: SkipReason.UNSUBSCRIBED if one.unsubscribed_at is not None else "",
        lambda one: NEW_ADDRESS if _has_moved(one) else "",
        fate,
        lambda one: TOLD_ALREADY if one.pk in told else "",
        lambda one: NEWER_EMAIL if one.pk in newer else "",
        lambda one: ANOTHER_EMAIL if one.subscriber_id in got else "",
        lambda one: RESTORED if lost(one) else "",
    )
    for one in chunk:
        yield one, next(filter(None, (ask(one) for ask in asked)), "")


def _has_moved(one: Failure) -> bool:
    """Return whether the address is another than the one that failed."""
    since, failed_at = one.address_since, one.settled_at
    return bool(one.sent_to) or (since is not None and (failed_at is None or since > failed_at))


def _told_by_message(campaign: Campaign, ids: list[int]) -> set[int]:
    """Return those of some deliveries whose people heard the same by a message of their own."""
    if campaign.event_id is None or not (campaign.tells_of_change or campaign.step):
        return set()
    rows = Delivery.objects.filter(noted_of(campaign, through="subscriber__"), pk__any_of=ids)
    return set(rows.values_list("pk", flat=True))

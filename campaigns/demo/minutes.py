"""The counts by the minute of a campaign of the demo, from its deliveries and their dates."""

from collections import Counter
from datetime import datetime

from campaigns.models import Campaign, Delivery, DeliveryMinute
from campaigns.states import Counted, DeliveryStatus
from newsletter.transport.results.reply_codes import code_of


def count_by_minute(campaign: Campaign) -> None:
    """Replace what was counted in the present by what the dates of the story say."""
    DeliveryMinute.objects.filter(campaign=campaign).delete()
    found: Counter[tuple[datetime, Counted, str, str]] = Counter()
    for each in Delivery.objects.filter(campaign=campaign):
        if each.settled_at is not None:
            what = _FIRST.get(each.status, Counted.ACCEPTED)
            found[_minute(each.settled_at), what, each.mailer, ""] += 1
        if each.bounced_at is not None:
            code = code_of(each.reason)
            found[_minute(each.bounced_at), Counted.BOUNCED, each.mailer, code] += 1
        if each.delivered_at is not None:
            found[_minute(each.delivered_at), Counted.DELIVERED, each.mailer, ""] += 1
    DeliveryMinute.objects.bulk_create(
        DeliveryMinute(
            campaign=campaign, minute=minute, what=what, mailer=mailer, code=code, number=number
        )
        for (minute, what, mailer, code), number in found.items()
    )


_FIRST = {
    DeliveryStatus.FAILED.value: Counted.FAILED,
    DeliveryStatus.SKIPPED.value: Counted.SKIPPED,
    DeliveryStatus.UNCERTAIN.value: Counted.UNCERTAIN,
}
"""By the status: what came of the attempt. All else was accepted, whatever became of it later."""


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)

"""Mail that arrived without a report: by SMTP, a message that isn't returned has arrived."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db.models import F, Max, Q

from campaigns.models import Delivery
from campaigns.states import DeliveryStatus

PATIENCE = timedelta(days=5)
"""Mail systems give up and send back within four to five days (RFC 5321 section 4.5.4.1)."""


def arrived_before(bounced: Mapping[int, datetime]) -> dict[int, datetime]:
    """Find when an earlier message last reached the recipients of some returned deliveries.

    It was accepted, and not returned in time. Without this a full mailbox now and then, over years,
    would add up, because by SMTP nothing reports that the messages in between did arrive.

    Args:
        bounced: deliveries that came back by mail → when.

    Returns:
        Delivery → when the latest such message was accepted; without those that have none.
    """
    if not bounced:
        return {}
    mine = Q(subscriber__deliveries__status__in=[DeliveryStatus.ACCEPTED, DeliveryStatus.DELIVERED])
    kept = Q(
        subscriber__deliveries__bounced_at=None,
        # To the same mailbox: records of a person may have been merged.
        subscriber__deliveries__sent_to=F("sent_to"),
        subscriber__deliveries__settled_at__lt=F("settled_at"),
    )
    early = Q(subscriber__deliveries__settled_at__lt=min(bounced.values()) - PATIENCE)
    rows = Delivery.objects.filter(pk__any_of=bounced).filter(mine & kept & early)
    found = rows.values("pk").annotate(at=Max("subscriber__deliveries__settled_at"))
    return dict(found.values_list("pk", "at"))

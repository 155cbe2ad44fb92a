"""Why emails of a campaign didn't arrive: by the code of the answer, and by the kind of bounce."""

from django.db.models import Count, Sum

from campaigns.models import Campaign, Delivery, DeliveryMinute
from campaigns.reports.over_time import NOT_TAKEN
from campaigns.reports.pace import Refusal
from campaigns.states import Counted, DeliveryStatus
from newsletter.states import BounceClass


def why_not_arrived(campaign: Campaign) -> list[Refusal]:
    """Return the answers of mail servers and providers that mean the same, the most first.

    They are counted from the minutes, which a few rows tell however large the campaign is.
    """
    rows = DeliveryMinute.objects.filter(campaign=campaign, what__in=NOT_TAKEN).order_by()
    found = [
        Refusal(Counted(what), code, number)
        for what, code, number in rows.values_list("what", "code").annotate(number=Sum("number"))
        if number > 0
    ]
    return sorted(found, key=lambda each: (-each.number, each.what, each.code))


def count_bounces(campaign: Campaign) -> dict[BounceClass, int]:
    """Count the bounced deliveries by kind, from an index that has them and few others."""
    rows = Delivery.objects.filter(campaign=campaign, status=DeliveryStatus.BOUNCED).order_by()
    counted = dict(rows.values_list("bounce_class").annotate(Count("pk")))
    return {each: counted[each] for each in BounceClass if each in counted}

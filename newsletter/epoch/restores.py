"""Restores of this database that were declared: what existed before one may have been sent."""

from datetime import datetime

from newsletter.models import DatabaseHistory


def restored_since(moment: datetime) -> datetime | None:
    """Return when the latest restore after `moment` was noticed; None where there was none."""
    found = DatabaseHistory.objects.filter(restored_at__gte=moment).order_by("-number")
    return found.values_list("restored_at", flat=True).first()

"""Restores of this database that people have spoken about: what existed before one may have been sent without a trace."""

from datetime import datetime

from newsletter.models import DatabaseHistory


def restored_since(moment: datetime) -> datetime | None:
    """When the latest restore after `moment` was noticed; None where there was none."""
    found = DatabaseHistory.objects.filter(restored_at__gte=moment).order_by("-number")
    return found.values_list("restored_at", flat=True).first()

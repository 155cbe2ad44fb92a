"""Names of institutions, as somebody types."""

from django.db.models import QuerySet

from subscribers.models import Subscriber

MOST_SUGGESTED = 20
LOOKED_AT = 2_000
"""People in the order of their institutions, of which many have the same."""


def suggested_institutions(people: QuerySet[Subscriber], typed: str) -> list[str]:
    """Return names of institutions that begin with what was typed so far; for nothing, none.

    Args:
        people: those whom whoever types may know of.
    """
    start = " ".join(typed.split())
    if not start:
        return []
    following = people.filter(institution__gte=start).order_by("institution")
    names = dict.fromkeys(following.values_list("institution", flat=True)[:LOOKED_AT])
    found = [name for name in names if name.casefold().startswith(start.casefold())]
    return found[:MOST_SUGGESTED]

"""Long answers of the database, slice by slice, so that the first row is there at once."""

from collections.abc import Iterator

from django.db.models import Model, QuerySet

SLICE = 1_000
"""Rows of one slice."""


def in_slices[M: Model](rows: QuerySet[M], *, newest_first: bool = False) -> Iterator[M]:
    """Yield rows by their key, in flat memory, without those that are added meanwhile.

    A cursor outside of a transaction, as `iterator` opens one, makes PostgreSQL compute the whole
    answer first, and keeps it until the last row has been read. A row that changes meanwhile is
    yielded as it is then, or not at all.

    Args:
        rows: of any order.
        newest_first: the highest key comes first.
    """
    newest = rows.model._default_manager.order_by("-pk").values_list("pk", flat=True).first()
    if newest is None:
        return
    rest = rows.filter(pk__lte=newest).order_by("-pk" if newest_first else "pk")
    part = list(rest[:SLICE])
    while part:
        yield from part
        if len(part) < SLICE:
            return
        behind = "pk__lt" if newest_first else "pk__gt"
        part = list(rest.filter(**{behind: part[-1].pk})[:SLICE])

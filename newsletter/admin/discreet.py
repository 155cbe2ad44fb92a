"""People in discreet mode on staff pages: masked for whoever may not see who they are.

This app knows nothing of people, yet shows messages to them: an app above says who is discreet.
"""

from collections.abc import Callable
from typing import Any

from django.db.models import BooleanField, Exists, ExpressionWrapper, Model, Q, QuerySet, Value
from django.http import HttpRequest

from newsletter.core.addresses import masked_address

PERMISSION = "subscribers.unmask_discreet"
HIDDEN = "Not shown: this is about somebody in discreet mode."

_conditions: list[Callable[[str], Exists]] = []


def tell_who_is_discreet(condition: Callable[[str], Exists]) -> None:
    """Say who is discreet.

    Args:
        condition: takes the name of the outer row's column with the digest of an address.
    """
    _conditions.append(condition)


def may_unmask(request: HttpRequest) -> bool:
    """Return whether the person who asks may see who is in discreet mode."""
    return request.user.has_perm(PERMISSION)


def with_masks(
    rows: QuerySet[Any], request: HttpRequest, *, digest: str = "digest", is_known: str = ""
) -> QuerySet[Any]:
    """Annotate rows with `is_masked`: whether they are about somebody who isn't to be seen.

    Args:
        digest: the column with the digest of the address.
        is_known: a column that says it of the row, where there is one.
    """
    condition: Any = Value(False)
    if _conditions and not may_unmask(request):
        condition = Q(_conditions[0](digest))
        condition |= Q(**{is_known: True}) if is_known else Q()
    masked: QuerySet[Any] = rows.annotate(
        is_masked=ExpressionWrapper(condition, output_field=BooleanField())
    )
    return masked


def without_discreet[M: Model](
    rows: QuerySet[M], request: HttpRequest, *, digest: str = "digest"
) -> QuerySet[M]:
    """Leave out those about people who aren't to be seen, because a result would tell of them.

    It is for searches by address or name.
    """
    if may_unmask(request) or not _conditions:
        return rows
    return rows.exclude(_conditions[0](digest))


def is_masked(row: Model) -> bool:
    """Return whether a row of `with_masks` is masked."""
    return bool(getattr(row, "is_masked", False))


def shown(row: Model, address: str) -> str:
    """Return an address of a row of `with_masks`, masked or not."""
    return masked_address(address) if address and is_masked(row) else address

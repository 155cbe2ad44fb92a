"""Rows are acted on in batches, each row once."""

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from newsletter.models import Epoch
from newsletter.retention.batches import in_batches


@pytest.fixture
def ids(db: None) -> list[int]:
    return [Epoch.objects.create(nonce=str(number), at=timezone.now()).pk for number in range(7)]


@pytest.mark.parametrize("batch", [1, 2, 3, 7, 8])
def test_what_an_action_leaves_is_read_once_and_holds_up_nothing(
    ids: list[int], batch: int
) -> None:
    read: list[int] = []

    def leave_the_first(rows: QuerySet[Epoch]) -> int:
        read.extend(rows.order_by("pk").values_list("pk", flat=True))
        return rows.exclude(pk__in=ids[:4]).delete()[0]

    assert in_batches(Epoch.objects.all(), leave_the_first, batch=batch) == 3
    assert read == ids

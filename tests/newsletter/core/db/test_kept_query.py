"""A kept query finds what Django's own would, for each value."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.core.db.kept_query import KeptQuery
from subscribers.models import Subscriber, Subscription

BY_EMAIL = KeptQuery(
    lambda email, name: Subscriber.objects.filter(email=email, full_name=name).order_by("-pk"),
    values=2,
)
TIES = KeptQuery(lambda pk: Subscription.objects.filter(subscriber_id=pk).only("status"), values=1)


def test_it_finds_the_rows_of_its_values_each_time(ada: Subscriber, ben: Subscriber) -> None:
    assert BY_EMAIL.first("ada@example.nz", "Ada Lovelace") == ada
    assert BY_EMAIL.first("ben@example.com", "Ben Okri") == ben
    assert BY_EMAIL.first("ben@example.com", "Ada Lovelace") is None
    assert [tie.status for tie in TIES.rows(ben.pk)] == ["pending"]


def test_its_rows_are_as_complete_as_those_of_django(ada: Subscriber) -> None:
    kept = BY_EMAIL.first("ada@example.nz", "Ada Lovelace")
    own = Subscriber.objects.get(pk=ada.pk)

    names = [field.attname for field in Subscriber._meta.concrete_fields]
    with CaptureQueriesContext(connection) as captured:
        assert [getattr(kept, name) for name in names] == [getattr(own, name) for name in names]
    assert len(captured) == 0


@pytest.mark.parametrize("email", ["%s", "'; DROP TABLE x; --", "%(a)s", "ș%", ""])
def test_values_are_values(ada: Subscriber, email: str) -> None:
    assert BY_EMAIL.rows(email, "Ada Lovelace") == []

"""A kept query finds what Django's own would, for each value."""

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from newsletter.core.db.kept_query import KeptQuery
from subscribers.models import Subscriber, Subscription

BY_EMAIL = KeptQuery(
    lambda email, name: Subscriber.objects.filter(email=email, full_name=name).order_by("-pk"),
    values=2,
)
TIES = KeptQuery(lambda pk: Subscription.objects.filter(subscriber_id=pk).only("status"), values=1)
WITH_OTHERS = KeptQuery(
    lambda pk: Subscription.objects.filter(subscriber_id=pk).select_related(
        "topic", "subscriber", "import_batch"
    ),
    values=1,
)
LOCKED = KeptQuery(lambda pk: Subscriber.objects.select_for_update().filter(pk=pk), values=1)


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


def test_rows_of_other_models_come_along(ada: Subscriber) -> None:
    own = Subscription.objects.select_related("topic", "subscriber").get(subscriber=ada)

    with CaptureQueriesContext(connection) as captured:
        (kept,) = WITH_OTHERS.rows(ada.pk)
        assert (kept.topic, kept.subscriber) == (own.topic, own.subscriber)
        assert kept.topic.created_at == own.topic.created_at
        assert kept.topic.texts == own.topic.texts
    assert len(captured) == 1


def test_a_row_of_another_model_that_is_missing_is_none(ada: Subscriber) -> None:
    Subscription.objects.filter(subscriber=ada).update(import_batch=None)

    with CaptureQueriesContext(connection) as captured:
        (kept,) = WITH_OTHERS.rows(ada.pk)
        assert kept.import_batch is None
    assert len(captured) == 1


def test_a_value_beside_the_columns_is_refused(ada: Subscriber) -> None:
    asked = KeptQuery(
        lambda pk: Subscriber.objects.filter(pk=pk).annotate(other=F("email")), values=1
    )
    with pytest.raises(TypeError):
        asked.rows(ada.pk)


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_alone() -> None:
    with transaction.atomic():
        assert LOCKED.rows(1) == []
    with pytest.raises(TransactionManagementError):
        LOCKED.rows(1)

"""The deliveries' table, changed under rows and taken back."""

from collections.abc import Iterator

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection

from campaigns.models import Campaign, Delivery
from subscribers.models import Subscriber

BEFORE = "0005"


@pytest.fixture
def before(transactional_db: None) -> Iterator[None]:
    """The database before the deliveries got their present indexes."""
    call_command("migrate", "campaigns", BEFORE, verbosity=0)
    yield
    call_command("migrate", "campaigns", verbosity=0)


def constraints() -> dict[str, tuple[list[str], bool]]:
    """Columns of each index and constraint of the deliveries, and whether it is unique."""
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, Delivery._meta.db_table)
    return {name: (one["columns"], one["unique"]) for name, one in found.items()}


def test_indexes_are_exchanged_and_come_back(before: None) -> None:
    assert constraints()["one_delivery_per_recipient"] == (["campaign_id", "subscriber_id"], True)
    assert "delivery_campaign" not in constraints()

    call_command("migrate", "campaigns", verbosity=0)

    now = constraints()
    assert now["one_delivery_per_subscriber"] == (["subscriber_id", "campaign_id"], True)
    assert now["delivery_campaign"] == (["campaign_id"], False)
    assert "one_delivery_per_recipient" not in now


@pytest.mark.skipif(
    connection.vendor != "postgresql",
    reason="SQLite leaves no index half-built: each is one statement",
)
@pytest.mark.parametrize(
    "left_behind",
    [
        [
            "CREATE UNIQUE INDEX one_delivery_per_subscriber ON campaigns_delivery "
            "(subscriber_id, campaign_id)"
        ],
        [
            "ALTER TABLE campaigns_delivery ADD CONSTRAINT one_delivery_per_subscriber UNIQUE "
            "(subscriber_id, campaign_id)",
            "CREATE INDEX delivery_campaign ON campaigns_delivery (id)",
        ],
    ],
    ids=["in the first index", "in the second index"],
)
def test_a_migration_that_was_interrupted_while_it_built_an_index_can_be_run_again(
    before: None, left_behind: list[str]
) -> None:
    with connection.cursor() as cursor:
        for statement in left_behind:
            cursor.execute(statement)

    call_command("migrate", "campaigns", verbosity=0)

    now = constraints()
    assert now["one_delivery_per_subscriber"] == (["subscriber_id", "campaign_id"], True)
    assert now["delivery_campaign"] == (["campaign_id"], False)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contype::text FROM pg_constraint WHERE conname = 'one_delivery_per_subscriber'"
        )
        assert cursor.fetchall() == [("u",)]


@pytest.mark.skipif(
    connection.vendor != "postgresql", reason="SQLite copies the table, its foreign keys with it"
)
def test_a_foreign_key_that_loses_its_index_is_not_made_again(before: None) -> None:
    def keys() -> list[tuple[int, str]]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT oid, conname FROM pg_constraint WHERE conrelid = "
                "'campaigns_delivery'::regclass AND contype = 'f' ORDER BY oid"
            )
            found: list[tuple[int, str]] = cursor.fetchall()
        return found

    keys_before = keys()
    assert len(keys_before) == 2
    assert (
        len([name for name, (columns, _) in constraints().items() if columns == ["subscriber_id"]])
        == 2
    )  # the key, and its index

    call_command("migrate", "campaigns", verbosity=0)

    assert keys() == keys_before
    assert [
        name for name, (columns, _) in constraints().items() if columns == ["subscriber_id"]
    ] == [keys_before[-1][1]]


def test_rows_survive_and_stay_unique(transactional_db: None, sending: Campaign) -> None:
    rows = list(Delivery.objects.order_by("pk").values())
    assert rows
    call_command("migrate", "campaigns", BEFORE, verbosity=0)
    call_command("migrate", "campaigns", verbosity=0)

    assert list(Delivery.objects.order_by("pk").values()) == rows
    with pytest.raises(IntegrityError):
        Delivery.objects.create(
            campaign=sending,
            subscriber=Subscriber.objects.get(pk=rows[0]["subscriber_id"]),
            language="en",
        )

"""Rows are inserted as Django would insert them, by one statement."""

from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from newsletter.core.db.insert_rows import insert_rows
from subscribers.models import FormSubmission, Topic
from subscribers.states import ConsentMethod, SubmissionKind

pytestmark = pytest.mark.services


def submission(number: int) -> FormSubmission:
    return FormSubmission(
        kind=SubmissionKind.SIGN_UP,
        email=f"ada{number}@example.org",
        digest="d" * 64,
        details={"full_name": "Ada “Å” \\ '", "n": number},
        topics=[1, 2],
        words="I agree.",
        method=ConsentMethod.FORM,
    )


def test_a_row_is_the_one_that_django_would_insert(db: None) -> None:
    before = timezone.now()
    insert_rows([submission(1)])
    submission(1).save()
    quick, own = map(dict[str, Any], FormSubmission.objects.order_by("pk").values())

    assert before <= quick.pop("received_at") <= own.pop("received_at") <= timezone.now()
    assert quick.pop("id") != own.pop("id")
    assert quick == own


@pytest.mark.parametrize("number", [1, 50])
def test_many_are_one_statement(db: None, number: int) -> None:
    with CaptureQueriesContext(connection) as captured:
        insert_rows([submission(one) for one in range(number)])

    assert len(captured) == 1
    assert FormSubmission.objects.count() == number


def test_each_row_gets_its_own_id(db: None) -> None:
    rows = [submission(number) for number in range(20)]
    insert_rows(rows)

    assert [FormSubmission.objects.get(pk=row.pk).email for row in rows] == [
        row.email for row in rows
    ]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no server to lose")
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_closed_meanwhile_is_made_anew() -> None:
    insert_rows([submission(1)])
    assert connection.connection is not None
    connection.connection.close()

    insert_rows([submission(2)])

    assert FormSubmission.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_of_rows_that_the_database_refuses_none_is_inserted() -> None:
    rows = [Topic(slug="a", name="A"), Topic(slug="a", name="B")]

    with pytest.raises(DatabaseError):
        insert_rows(rows)

    assert not Topic.objects.exists()

"""A list longer than a chunk is stored while it is read, and comes to the same as a short one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection

from subscribers.imports.report import ImportReport
from subscribers.imports.row_outcomes import RowOutcome, RowOutcomes, all_rows
from subscribers.models import (
    ConsentRecord,
    ImportBatch,
    ImportFill,
    ImportQuestion,
    Subscriber,
    Subscription,
    Topic,
)
from tests.conftest import MakeSubscriber
from tests.subscribers.imports.sheets import followers, take

OTHERS = "".join(f"p{number}@example.org,,\n" for number in range(20))


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("subscribers.imports.store_rows.CHUNK", 4)
    monkeypatch.setattr("subscribers.imports.store_rows._STAGED_AT_ONCE", 2)


def told(tmp_path: Path, text: str, topic: Topic, **options: Any) -> dict[int, tuple[str, str]]:
    """Import a list, and return row → outcome and reason."""
    with RowOutcomes(tmp_path / "rows") as outcomes:
        take(text, topic, outcomes=outcomes, **options)
    return {row.number: (row.outcome, row.reason) for row in all_rows(tmp_path / "rows")}


@pytest.mark.parametrize("dry_run", [True, False])
def test_who_stands_in_two_chunks_is_added_once(
    tmp_path: Path, topic: Topic, *, dry_run: bool
) -> None:
    text = f"Email,Name,Country\nada@example.org,,\n{OTHERS}ADA@example.org,Ada,\n"
    rows = told(tmp_path, text, topic, dry_run=dry_run)
    assert rows[2][0] == RowOutcome.ADDED
    assert rows[23] == (RowOutcome.REPEATED, "The same address as in row 2.")
    assert len(rows) == 22
    if not dry_run:
        assert ConsentRecord.objects.count() == Subscription.objects.count() == 21
        assert not Subscriber.objects.get(email="ada@example.org").full_name


def test_who_is_asked_in_one_chunk_is_not_asked_in_another(tmp_path: Path, topic: Topic) -> None:
    text = f"Email,Name,Country\nada@example.org,,\n{OTHERS}ada@example.org,,\n"
    rows = told(tmp_path, text, topic, re_permission=True)
    assert rows[2][0] == RowOutcome.ASKED
    assert rows[23] == (RowOutcome.REPEATED, "The same address as in row 2.")
    assert ImportQuestion.objects.count() == 21


def test_whoever_leaves_in_the_last_row_is_not_subscribed_by_an_earlier_chunk(
    tmp_path: Path, topic: Topic
) -> None:
    others = OTHERS.replace(",,", ",yes")
    text = f"Email,Newsletter\nada@example.org,yes\n{others}ada@example.org,no\n"
    rows = told(tmp_path, text, topic)
    assert (rows[2][0], rows[23][0]) == (RowOutcome.LEFT, RowOutcome.OPT_OUT)
    assert "ada@example.org" not in followers(topic)
    assert len(followers(topic)) == 20


def test_whoever_is_discreet_in_the_last_row_is_not_subscribed_by_an_earlier_chunk(
    tmp_path: Path, topic: Topic
) -> None:
    text = f"Email,Name,Discreet since\nada@example.org,,\n{OTHERS}ada@example.org,,2026-01-01\n"
    rows = told(tmp_path, text, topic, mapping={"Discreet since": "discreet_since"})
    assert (rows[2][0], rows[23][0]) == (RowOutcome.LEFT, RowOutcome.LEFT)
    assert "ada@example.org" not in followers(topic)
    assert len(followers(topic)) == 20


def test_only_the_first_row_of_somebody_known_fills_what_is_empty(
    topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    make_subscriber("ada@example.org", topic=topic)
    report = take(
        f"Email,Name,Country\nada@example.org,Ada Lake,\n{OTHERS}ada@example.org,,Romania\n", topic
    )
    ada = Subscriber.objects.get(email="ada@example.org")
    assert (report.filled, ada.full_name, ada.country.code) == (1, "Ada Lake", "")
    assert ImportFill.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_error_in_the_database_takes_all_of_it_back(topic: Topic) -> None:
    stored = 0

    def fail(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal stored
        stored += "INSERT INTO subscribers_consentrecord" in sql
        if stored == 3:
            raise DatabaseError("disk full")
        return execute(sql, *rest)

    with connection.execute_wrapper(fail), pytest.raises(DatabaseError, match="disk full"):
        take(f"Email,Name,Country\n{OTHERS}", topic)
    assert (Subscriber.objects.count(), ImportBatch.objects.count()) == (0, 0)
    report: ImportReport = take(f"Email,Name,Country\n{OTHERS}", topic)
    assert report.added == 20, "and it can be done afterwards"


def test_progress_of_what_is_stored_meanwhile_never_falls(topic: Topic) -> None:
    seen = list[tuple[int, int]]()
    take(f"Email,Name,Country\n{OTHERS}", topic, progress=lambda *step: seen.append(step))
    assert seen == sorted(seen)
    assert all(done <= total for done, total in seen)
    assert seen[-1][0] == seen[-1][1]

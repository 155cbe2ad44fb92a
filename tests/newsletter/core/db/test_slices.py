"""Slices of a long answer: every row once, in order, and the first of them at once."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.audit.record import record
from newsletter.audit_actions import AuditLogAction
from newsletter.core.db.slices import in_slices
from newsletter.models import AuditEntry

pytestmark = [pytest.mark.django_db, pytest.mark.services]


def write_entries(number: int) -> None:
    for _ in range(number):
        record(AuditLogAction.EXPORTED)


@pytest.fixture(autouse=True)
def small_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsletter.core.db.slices.SLICE", 3)


@pytest.mark.parametrize("number", [0, 1, 3, 4, 9, 10])
@pytest.mark.parametrize("newest_first", [True, False])
def test_every_row_comes_once_and_in_order(number: int, *, newest_first: bool) -> None:
    write_entries(number)
    keys = sorted(AuditEntry.objects.values_list("pk", flat=True), reverse=newest_first)
    assert [row.pk for row in in_slices(AuditEntry.objects.all(), newest_first=newest_first)] == (
        keys
    )


def test_only_the_rows_that_were_asked_for_come() -> None:
    write_entries(10)
    chosen = set(AuditEntry.objects.values_list("pk", flat=True)[::2])
    rows = AuditEntry.objects.filter(pk__in=chosen).order_by("-at")
    assert {row.pk for row in in_slices(rows)} == chosen


def test_what_is_added_meanwhile_is_left_out() -> None:
    write_entries(4)
    keys = []
    for row in in_slices(AuditEntry.objects.all()):
        write_entries(1)
        keys.append(row.pk)
    assert len(keys) == 4


def test_the_first_row_waits_for_one_slice_alone() -> None:
    write_entries(10)
    rows = in_slices(AuditEntry.objects.all())
    with CaptureQueriesContext(connection) as queries:
        next(rows)
    assert len(queries) == 2
    assert "LIMIT 3" in queries[-1]["sql"]

"""Rows that wait for a worker: swept when nobody came, deleted when nobody can handle them."""

import logging
from datetime import datetime, timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from newsletter.core.waiting_rows import (
    SWEEP_AFTER,
    SWEEP_BATCH,
    forget_unhandled,
    sweep,
)
from staff.models import PasswordRequest


def stored(number: int) -> list[int]:
    rows = [PasswordRequest(email=f"person{each}@example.org") for each in range(number)]
    return [row.pk for row in PasswordRequest.objects.bulk_create(rows)]


def after_a_while() -> datetime:
    return timezone.now() + SWEEP_AFTER + timedelta(seconds=1)


@pytest.mark.usefixtures("db")
def test_a_row_is_a_worker_s_for_some_seconds_and_the_clock_s_afterwards() -> None:
    [number] = stored(1)
    handled: list[int] = []

    def handle(pk: int) -> bool:
        handled.append(pk)
        return True

    assert sweep(PasswordRequest.objects.all(), handle) == 0
    assert sweep(PasswordRequest.objects.all(), handle, now=after_a_while()) == 1
    assert handled == [number]


@pytest.mark.usefixtures("db")
def test_rows_are_handled_in_their_order_and_never_all_at_once() -> None:
    numbers = stored(SWEEP_BATCH + 1)
    handled: list[int] = []

    def handle(pk: int) -> bool:
        handled.append(pk)
        return pk != numbers[0]

    waiting = PasswordRequest.objects.all()
    assert sweep(waiting, handle, now=after_a_while()) == SWEEP_BATCH - 1
    assert handled == numbers[:SWEEP_BATCH]


@pytest.mark.usefixtures("db")
def test_a_row_that_fails_is_logged_without_the_address_and_holds_up_no_other(
    caplog: pytest.LogCaptureFixture,
) -> None:
    first, second = stored(2)

    def handle(pk: int) -> bool:
        if pk == first:
            raise RuntimeError("broken")
        return True

    with caplog.at_level(logging.ERROR):
        assert sweep(PasswordRequest.objects.all(), handle, now=after_a_while()) == 1
    assert f"Could not handle PasswordRequest {first}" in caplog.text
    assert "person0" not in caplog.text
    assert second


@pytest.mark.usefixtures("db")
def test_what_nobody_could_handle_is_deleted_when_its_time_has_come(
    caplog: pytest.LogCaptureFixture,
) -> None:
    stored(2)
    rows = PasswordRequest.objects.all()
    assert forget_unhandled(rows) == 0
    late = timezone.now() + settings.KEEP_FORM_SUBMISSIONS + timedelta(seconds=1)
    assert forget_unhandled(rows, now=late) == 2
    assert "2 rows of PasswordRequest" in caplog.text
    assert not rows.exists()


@pytest.mark.usefixtures("db")
def test_whose_turn_it_is_first_may_be_said() -> None:
    numbers = stored(3)
    handled: list[int] = []

    def handle(pk: int) -> bool:
        handled.append(pk)
        return True

    sweep(PasswordRequest.objects.all(), handle, order_by=("-pk",), now=after_a_while())
    assert handled == numbers[::-1]

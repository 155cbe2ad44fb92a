"""Locks by name: of two transactions, one waits for the other's end."""

import threading

import pytest
from django.db import connection, transaction

from newsletter.core.db.lock import lock_until_commit

pytestmark = pytest.mark.services


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_waits_for_the_first_one_s_end() -> None:
    steps: list[str] = []
    held, other_waits = threading.Event(), threading.Event()

    def other() -> None:
        held.wait(10)
        other_waits.set()
        try:
            with transaction.atomic():
                lock_until_commit("ada")
                steps.append("second")
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    thread.start()
    with transaction.atomic():
        lock_until_commit("ada")
        held.set()
        other_waits.wait(10)
        thread.join(0.2)
        steps.append("first")
    thread.join(10)

    assert steps == ["first", "second"]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_another_name_waits_for_nobody() -> None:
    done: list[str] = []

    def other() -> None:
        try:
            with transaction.atomic():
                lock_until_commit("ben")
                done.append("ben")
        finally:
            connection.close()

    with transaction.atomic():
        lock_until_commit("ada")
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(10)
        assert done == ["ben"]

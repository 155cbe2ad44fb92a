"""Work in a thread of its own happens in the caller's transaction, in order, or not at all."""

from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction

from subscribers.imports.storing.background import Background
from subscribers.models import Topic


@pytest.mark.django_db(transaction=True)
def test_it_happens_in_the_order_and_the_transaction_of_the_caller() -> None:
    def count(expected: int) -> None:
        assert Topic.objects.count() == expected
        Topic.objects.create(slug=f"topic-{expected}", name="A topic")

    with transaction.atomic():
        with Background() as background:
            for number in range(10):
                background.do(partial(count, number))
            background.wait()
            assert Topic.objects.count() == 10
        transaction.set_rollback(True)
    assert not Topic.objects.exists()


@pytest.mark.django_db
def test_nothing_more_is_done_after_an_error() -> None:
    done = list[int]()

    def fail() -> None:
        raise LookupError("nothing there")

    def run() -> None:
        with Background() as background:
            background.do(fail)
            for number in range(100):
                background.do(partial(done.append, number))

    with pytest.raises(LookupError, match="nothing there"):
        run()
    assert len(done) < 10


@pytest.mark.django_db
def test_an_error_of_the_caller_leaves_no_statement_at_work() -> None:
    begun, looked = Event(), list[int]()

    def look() -> None:
        begun.set()
        looked.append(Topic.objects.count())

    def run() -> None:
        with Background() as background:
            background.do(look)
            begun.wait()
            raise LookupError("of the caller")

    with pytest.raises(LookupError, match="of the caller"):
        run()
    assert looked == [0]
    assert not connection.allow_thread_sharing

"""Several workers at once, each with its own connection to the database."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from newsletter.models import Brand, InboxMessage, TransactionalMessage
from newsletter.outbox import deliver
from newsletter.outbox.queue import queue_message
from newsletter.rendering.rendered import Rendered
from newsletter.states import MessageStatus

pytestmark = pytest.mark.services

WORKERS = 4


def deliver_in_threads(ids: list[int]) -> list[MessageStatus | None]:
    def one(argument: int) -> MessageStatus | None:
        try:
            return deliver.deliver(argument)
        finally:
            connection.close()

    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(one, ids))


def queue(number: int) -> TransactionalMessage:
    rendered = Rendered(subject=f"Number {number}", html="<p>x</p>", text="x")
    return queue_message("confirmation", to=f"reader{number}@example.org", rendered=rendered)


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_that_want_one_message_one_sends_it(brand: Brand) -> None:
    message = queue(1)

    answers = deliver_in_threads([message.pk] * 12)

    assert answers.count(MessageStatus.ACCEPTED) == 1
    assert answers.count(None) == 11
    assert InboxMessage.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_messages_at_once_all_arrive_once(brand: Brand) -> None:
    """On SQLite they contend for the one lock, and each waits for it."""
    ids = [queue(number).pk for number in range(24)]

    answers = deliver_in_threads(ids * 2)

    assert answers.count(MessageStatus.ACCEPTED) == 24
    assert InboxMessage.objects.count() == 24
    assert InboxMessage.objects.values("recipient").distinct().count() == 24
    assert not TransactionalMessage.objects.exclude(status=MessageStatus.ACCEPTED).exists()

"""A worker is woken for what is committed, and whoever wakes it never fails by that."""

import logging
from collections.abc import Iterator

import pytest
from celery.signals import before_task_publish
from django.db import transaction

from newsletter.core import wake as wake_module
from newsletter.core.wake import wake, wake_soon

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.services]
TASK = "newsletter.deliver_message"
NOBODY = 0
"""An id that no row has: whoever hears the hint finds nothing."""


@pytest.fixture
def published() -> Iterator[list[str]]:
    """The names of the tasks that are handed to the queue."""
    names: list[str] = []

    def note(sender: str, **_: object) -> None:
        names.append(sender)

    before_task_publish.connect(note)
    yield names
    before_task_publish.disconnect(note)


def test_a_worker_is_woken_once_the_row_is_committed_and_not_before(published: list[str]) -> None:
    with transaction.atomic():
        wake(TASK, NOBODY, queue="transactional")
        assert published == []
    assert published == [TASK]


def test_nobody_is_woken_for_what_was_rolled_back(published: list[str]) -> None:
    with transaction.atomic():
        wake(TASK, NOBODY, queue="transactional")
        transaction.set_rollback(True)
    assert published == []


def test_a_hint_that_can_not_be_sent_fails_nobody_and_holds_up_no_other(
    published: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING), transaction.atomic():
        wake(TASK, object(), queue="transactional")  # no client can write this
        wake(TASK, NOBODY, queue="transactional")

    assert published.count(TASK) >= 1
    warnings = [record for record in caplog.records if record.name == "newsletter.core.wake"]
    assert len(warnings) == 1
    assert TASK in warnings[0].getMessage()


def test_a_flood_of_rows_makes_no_flood_of_hints(
    published: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake_module, "_given", {})
    for _ in range(50):
        wake_soon(TASK, queue="transactional")

    assert published == [TASK, TASK]


def test_after_a_pause_there_is_a_hint_again(
    published: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wake_module, "_given", {})
    wake_soon(TASK, queue="transactional")
    wake_module._given[TASK] -= wake_module.BETWEEN_HINTS
    wake_soon(TASK, queue="transactional")

    assert published == [TASK] * 4


def test_the_second_hint_is_taken_after_all_rows_that_had_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted: list[object] = []

    def note(headers: dict[str, object], **_: object) -> None:
        counted.append(headers["eta"])

    monkeypatch.setattr(wake_module, "_given", {})
    before_task_publish.connect(note)
    wake_soon(TASK, queue="transactional")
    before_task_publish.disconnect(note)

    assert counted[0] is None
    assert counted[1] is not None
    assert wake_module.SECOND_HINT > 2 * wake_module.BETWEEN_HINTS

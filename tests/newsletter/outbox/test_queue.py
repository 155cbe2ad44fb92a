"""The queue of the outbox: a row that is safe before a worker is woken for it."""

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoCaptureOnCommitCallbacks

from newsletter.core.addresses import address_digest
from newsletter.models import Brand, TransactionalMessage
from newsletter.outbox.queue import messages_within, queue_message, sent_within
from newsletter.rendering.rendered import Rendered
from tests.newsletter.outbox.messages import queue

pytestmark = pytest.mark.services

ROOT = Path(__file__).parents[3]
ADA = address_digest("ada@example.nz")


def test_a_worker_is_woken_once_the_callers_transaction_is_safe(
    brand: Brand, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:
        queue()

    assert len(callbacks) == 1


def test_a_queued_message_keeps_what_it_was_given_and_who_it_is_for(brand: Brand) -> None:
    rendered = Rendered(subject="Welcome", html="<p>Welcome.</p>", text="Welcome.\n")

    message = queue_message(
        "welcome", to="ada@example.nz", to_name="Ada", rendered=rendered, headers={"X-A": "b"}
    )

    message.refresh_from_db()
    assert (message.kind, message.status, message.attempt) == ("welcome", "queued", 0)
    assert (message.to, message.to_name, message.digest) == ("ada@example.nz", "Ada", ADA)
    assert (message.subject, message.html, message.text) == (
        "Welcome",
        "<p>Welcome.</p>",
        "Welcome.\n",
    )
    assert message.headers == {"X-A": "b"}


def test_the_limit_of_one_a_day_knows_what_was_queued(brand: Brand) -> None:
    day = timedelta(days=1)
    assert not sent_within("confirmation", digest=ADA, period=day)

    message = queue()

    assert sent_within("confirmation", digest=ADA, period=day)
    assert not sent_within("welcome", digest=ADA, period=day)
    assert not sent_within("confirmation", digest=address_digest("ben@example.com"), period=day)
    TransactionalMessage.objects.filter(pk=message.pk).update(
        created_at=timezone.now() - timedelta(hours=25)
    )
    assert not sent_within("confirmation", digest=ADA, period=day)


@pytest.mark.parametrize(
    ("status", "counts"),
    [("accepted", True), ("queued", True), ("failed", False), ("uncertain", False)],
)
def test_an_old_message_that_was_sent_again_counts_unless_that_was_in_vain(
    status: str, counts: bool, brand: Brand
) -> None:
    queue()
    now = timezone.now()
    TransactionalMessage.objects.update(
        created_at=now - timedelta(days=3), sent_again_at=now, status=status
    )

    found = messages_within(["confirmation"], digest=ADA, period=timedelta(days=1))

    assert found.exists() is counts


def test_a_message_that_was_skipped_never_counts(brand: Brand) -> None:
    queue()
    TransactionalMessage.objects.update(status="skipped")

    assert not sent_within("confirmation", digest=ADA, period=timedelta(days=1))


def test_queueing_reaches_nothing_that_opens_a_connection() -> None:
    reached = modules_reached("newsletter.outbox.queue")

    assert "newsletter.transport.message.envelope" in reached
    assert not {name for name in reached if name.startswith(SENDING)}


SENDING = (
    "newsletter.outbox.deliver",
    "newsletter.transport.bulk",
    "newsletter.transport.connections",
    "newsletter.transport.providers",
)


def modules_reached(start: str) -> set[str]:
    """The modules of the product that `start` imports, and those that these import, and so on."""
    reached, waiting = set[str](), [start]
    while waiting:
        name = waiting.pop()
        path = ROOT.joinpath(*name.split("."))
        file = path.with_suffix(".py") if path.with_suffix(".py").exists() else path / "__init__.py"
        if name in reached or not file.exists():
            continue
        reached.add(name)
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                waiting += [node.module, *(f"{node.module}.{each.name}" for each in node.names)]
            elif isinstance(node, ast.Import):
                waiting += [each.name for each in node.names]
    return reached

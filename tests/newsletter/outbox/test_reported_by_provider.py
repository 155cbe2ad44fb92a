"""Provider events settle single messages, as they settle deliveries."""

from datetime import timedelta
from itertools import permutations, product
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from newsletter.core.tokens import Purpose, make_token
from newsletter.models import Brand, InboxMessage, ProviderEvent, TransactionalMessage
from newsletter.outbox import deliver
from newsletter.outbox.claim_messages import claim_message
from newsletter.outbox.settle import settle_message
from newsletter.states import MESSAGE_TRANSITIONS, SEND_AGAIN_TRANSITIONS, MessageStatus
from newsletter.transport.results.result import Outcome, Result
from newsletter.webhooks.process_reports import process_reports
from newsletter.webhooks.store import store
from tests.fakes import webhooks
from tests.newsletter.outbox.messages import queue

# Written out a second time on purpose: a move that is added by mistake fails here.
DESIGNED = {
    *{("queued", "claimed"), ("claimed", "queued"), ("uncertain", "queued")},
    *{
        ("claimed", "accepted"),
        ("uncertain", "accepted"),
        ("failed", "accepted"),
        ("queued", "accepted"),
    },
    *{("claimed", "failed"), ("uncertain", "failed"), ("accepted", "failed"), ("queued", "failed")},
    *{("queued", "skipped"), ("claimed", "skipped"), ("claimed", "uncertain")},
}
SENT_AGAIN = {("failed", "queued"), ("uncertain", "queued")}

ENDS = {
    **{
        ("delivered", before): "accepted"
        for before in ("accepted", "uncertain", "failed", "queued")
    },
    **{("hard", before): "failed" for before in ("accepted", "uncertain", "failed", "queued")},
    **{("complained", before): "accepted" for before in ("accepted", "uncertain", "queued")},
    **{("deferred", before): "accepted" for before in ("accepted", "uncertain", "queued")},
}
"""What an event makes of a message; of all others nothing."""


def stand(status: str, **columns: Any) -> TransactionalMessage:
    message = queue()
    if status == "claimed":
        columns = {
            "claim_token": uuid4(),
            "lease_until": timezone.now() + timedelta(minutes=1),
            **columns,
        }
    TransactionalMessage.objects.filter(pk=message.pk).update(status=status, attempt=1, **columns)
    message.refresh_from_db()
    return message


def told(*cases: str, message: TransactionalMessage, recipient: str = "") -> TransactionalMessage:
    for case in cases:
        report = webhooks.report(
            "mailgun",
            case,
            ref=make_token(Purpose.MESSAGE, message.pk),
            recipient=recipient or "ada@example.nz",
        )
        store("mailgun", report.body, headers=report.headers)
        process_reports()
    message.refresh_from_db()
    return message


def test_the_tables_of_moves_are_the_designed_ones() -> None:
    assert {
        (str(source), str(to)) for to, sources in MESSAGE_TRANSITIONS.items() for source in sources
    } == DESIGNED
    assert {
        (str(source), str(to))
        for to, sources in SEND_AGAIN_TRANSITIONS.items()
        for source in sources
    } == SENT_AGAIN


@pytest.mark.parametrize(
    ("status", "case"),
    [*product(MessageStatus.values, ["delivered", "hard", "complained", "deferred"])],
)
def test_every_event_makes_the_moves_that_apply_and_is_a_fact_in_any_case(
    status: str, case: str, brand: Brand
) -> None:
    message = told(case, message=stand(status))

    assert message.status == ENDS.get((case, status), status)
    assert (message.delivered_at is not None, message.bounced_at is not None) == (
        case == "delivered",
        case == "hard",
    )
    assert (ProviderEvent.objects.get().interpreted_at is None) == (status == "claimed")


@pytest.mark.parametrize("order", [*permutations(["delivered", "soft", "deferred"])], ids="-".join)
def test_in_whatever_order_facts_come_the_end_is_the_same(
    order: tuple[str, ...], brand: Brand
) -> None:
    message = told(
        *order, *order, message=stand("uncertain", claim_token=uuid4(), retry_at=timezone.now())
    )

    assert (message.status, message.claim_token, message.retry_at) == ("failed", None, None)
    assert message.delivered_at
    assert message.bounced_at
    assert message.reason
    assert message.settled_at


def test_the_words_of_a_bounce_of_a_forgotten_message_are_not_kept(brand: Brand) -> None:
    message = told("hard", message=stand("accepted", forgotten_at=timezone.now()))
    assert (message.status, message.reason) == ("failed", "")


def test_an_event_about_somebody_else_s_address_changes_nothing(brand: Brand) -> None:
    message = told("delivered", "hard", message=stand("uncertain"), recipient="mallory@example.org")
    assert (message.status, message.delivered_at, message.bounced_at) == ("uncertain", None, None)


@pytest.mark.parametrize(("case", "status"), [("delivered", "accepted"), ("hard", "failed")])
def test_what_arrived_while_it_was_handed_over_again_is_not_sent_a_third_time(
    case: str, status: str, brand: Brand
) -> None:
    message = claim_message(stand("queued").pk)
    assert message
    told(case, message=message)
    assert settle_message(message, Result(Outcome.LATER, reason="450", mailer="smtp")) == "queued"
    TransactionalMessage.objects.update(retry_at=None)

    assert deliver.deliver(message.pk) is None

    message.refresh_from_db()
    assert message.status == status
    assert not InboxMessage.objects.exists()
    process_reports()
    assert ProviderEvent.objects.get().interpreted_at


def test_an_event_that_is_to_be_told_again_keeps_the_message_from_being_sent(brand: Brand) -> None:
    message = claim_message(stand("queued").pk)
    assert message
    told("deferred", message=message)
    assert settle_message(message, Result(Outcome.LATER, postponed=True)) == "queued"

    assert deliver.deliver_due() == 0

    message.refresh_from_db()
    assert (message.status, InboxMessage.objects.count()) == ("queued", 0)
    process_reports()
    message.refresh_from_db()
    assert message.status == "accepted"


@pytest.mark.parametrize("provider", webhooks.PROVIDERS)
def test_each_provider_brings_back_what_a_single_message_is_known_by(
    provider: str, brand: Brand
) -> None:
    message = stand("uncertain")
    report = webhooks.report(
        provider,
        "delivered",
        ref=make_token(Purpose.MESSAGE, message.pk),
        recipient="ada@example.nz",
    )
    store(provider, report.body, headers=report.headers)
    process_reports()
    message.refresh_from_db()
    assert message.status == "accepted"

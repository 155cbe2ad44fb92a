"""The next claim is begun while the last calls of one are answered: nobody waits for one slow answer, and each claim ends as if alone."""

import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings as django_settings
from django.db import OperationalError
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.sending import send
from campaigns.sending.claim import Claim, claim
from campaigns.sending.launch import launch_now
from campaigns.sending.send import send_batch
from campaigns.states import DeliveryStatus
from newsletter.database_clock import database_now
from newsletter.models import MailerDay, MailerHealth
from newsletter.transport import ways
from newsletter.transport.allowance import PROBE_SIZE
from newsletter.transport.hand_over import HandOver
from newsletter.transport.journal import Journal, JournalBroken
from newsletter.transport.mailer_url import parse_mailer_url
from newsletter.transport.outcomes import Outcome, Verdict
from tests.campaigns.conftest import MakeReaders
from tests.fakes.providers import fake
from tests.fakes.providers.apis import APIS, mailer_url
from tests.fakes.providers.fake import Fault, Provider

CONNECTIONS, CLAIM = 2, 6


@pytest.fixture
def provider(settings: Settings, tmp_path: Path) -> Iterator[Provider]:
    """Postmark, over two connections; claims of six, which give room for others as soon as two are left to begin."""
    with fake.running(Provider(APIS["postmark"])) as running:
        mailer = parse_mailer_url(mailer_url("postmark", running.url, timeout=1.5, connections=CONNECTIONS))
        settings.MAILERS = {**settings.MAILERS, "bulk": {"BACKEND": mailer.backend, "OPTIONS": dict(mailer.options)}}
        settings.MAILER_SETTINGS = {**settings.MAILER_SETTINGS, "bulk": mailer}
        settings.SEND_BATCH_SIZE, settings.VAR_DIR = CLAIM, tmp_path
        yield running
        ways.close_all()


@pytest.fixture
def many(draft: Campaign, readers: MakeReaders) -> Campaign:
    """Launched to four claims and a bit."""
    readers(4 * CLAIM + 1)
    approve(draft, by="Sam")
    return launch_now(draft)


def check(campaign: Campaign, provider: Provider, **counts: int) -> None:
    """The ledger adds up to this, nobody was written to twice, and no journal is left."""
    found = totals(campaign)
    assert found == recount(campaign)
    assert {state: getattr(found, state) for state in counts} == counts
    assert len({mail.to for mail in provider.mails}) == len(provider.mails)
    assert not list((django_settings.VAR_DIR / "claims").glob("*.journal"))


def claims_that(monkeypatch: pytest.MonkeyPatch, act: Callable[[int], None]) -> None:
    """Call `act` with the number of a claim, from 1, before it is made."""
    number = 0

    def acting(*arguments: Any, **named: Any) -> Claim:
        nonlocal number
        number += 1
        act(number)
        return claim(*arguments, **named)

    monkeypatch.setattr(send, "claim", acting)


def test_while_one_answer_is_waited_for_the_next_claim_is_handed_over(
    many: Campaign, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider.faults = [Fault.HANG]
    asked_meanwhile: list[int] = []
    note = HandOver.note

    def noted(hand_over: HandOver, *, ended: Any = (), begun: Any = ()) -> bool:
        ended = list(ended)
        if any(outcome.verdict is Verdict.UNKNOWN for _, outcome in ended):
            asked_meanwhile.append(len(provider.requests))
        return note(hand_over, ended=ended, begun=begun)

    monkeypatch.setattr(HandOver, "note", noted)

    send_batch(many.pk)

    assert asked_meanwhile == [2 * CLAIM]
    check(many, provider, accepted=4 * CLAIM, uncertain=1)


def test_over_all_claims_no_more_calls_are_in_flight_than_there_are_connections(many: Campaign, provider: Provider) -> None:
    in_flight: set[int] = set()
    most = 0

    class Watched(Journal):
        def note(self, *, ended: Any = (), begun: Any = ()) -> None:
            nonlocal most
            ended = list(ended)
            super().note(ended=ended, begun=begun)
            in_flight.difference_update(key for key, _ in ended)
            in_flight.update(begun)
            most = max(most, len(in_flight))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(send, "Journal", Watched)
        send_batch(many.pk)

    assert most == CONNECTIONS
    check(many, provider, accepted=4 * CLAIM + 1)


def test_a_database_that_fails_the_next_claim_costs_the_one_under_way_nothing(
    many: Campaign, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(number: int) -> None:
        if number == 3:
            raise OperationalError("the server closed the connection unexpectedly")

    claims_that(monkeypatch, fail)

    with pytest.raises(OperationalError):
        send_batch(many.pk)

    assert totals(many).accepted == len(provider.mails) == 2 * CLAIM
    assert totals(many).uncertain == 0
    assert totals(many) == recount(many)


def test_a_journal_that_breaks_in_one_claim_ends_both_in_order(
    many: Campaign, provider: Provider, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    broken: list[Journal] = []
    write = Journal._write

    def written(journal: Journal, text: str) -> None:
        if not broken and text.startswith("b ") and len(provider.requests) >= CLAIM + 2:
            broken.append(journal)
        if journal in broken:
            raise JournalBroken("The journal of a claim can't be written: the disk is full")
        write(journal, text)

    monkeypatch.setattr(Journal, "_write", written)

    assert not send_batch(many.pk).more

    assert "could not be noted" in caplog.text
    check(many, provider, accepted=len(provider.mails), planned=4 * CLAIM + 1 - len(provider.mails), uncertain=0)
    assert set(Delivery.objects.filter(status=DeliveryStatus.PLANNED).values_list("attempt", flat=True)) == {0}


def test_what_one_claim_learns_of_the_mailer_holds_for_the_other(many: Campaign, provider: Provider) -> None:
    """Else each claim would ask a mailer that is out of order twice."""
    provider.faults = [*[None] * (CLAIM - 1), *[Fault.UNAVAILABLE] * 20]

    assert not send_batch(many.pk).more

    assert len(provider.requests) <= CLAIM - 1 + CONNECTIONS
    check(many, provider, accepted=CLAIM - 1, uncertain=0, claimed=0)
    assert MailerHealth.objects.get().failures == 1


def test_a_mailer_that_is_tried_again_is_given_one_claim_at_a_time(many: Campaign, provider: Provider, settings: Settings) -> None:
    settings.SEND_BATCH_SIZE = PROBE_SIZE
    now = database_now()
    MailerHealth.objects.create(mailer="postmark", rests_until=now, failures=1, changed_at=now, reason="no answer")
    provider.faults = [*[None] * (PROBE_SIZE - 1), *[Fault.UNAVAILABLE] * 20]

    assert not send_batch(many.pk).more

    assert len(provider.requests) == PROBE_SIZE
    check(many, provider, accepted=PROBE_SIZE - 1, uncertain=0)
    assert MailerHealth.objects.get().failures == 2


def test_a_mailer_that_is_well_again_is_used_for_the_rest_of_the_slice(many: Campaign, provider: Provider) -> None:
    now = database_now()
    MailerHealth.objects.create(mailer="postmark", rests_until=now, failures=1, changed_at=now, reason="no answer")

    send_batch(many.pk)

    check(many, provider, accepted=4 * CLAIM + 1)
    assert not MailerHealth.objects.exists()


def test_a_time_limit_puts_in_doubt_what_is_in_flight_and_the_next_claim_ends_in_order(
    many: Campaign, provider: Provider, settings: Settings
) -> None:
    warming = replace(settings.MAILER_SETTINGS["bulk"], warm_up=database_now().date())
    settings.MAILER_SETTINGS = {**settings.MAILER_SETTINGS, "bulk": warming}
    provider.faults = [*[None] * (CLAIM - 1), Fault.HANG_AFTER, *[None] * 2, Fault.HANG_AFTER]

    def strike(number: int, frame: FrameType | None) -> None:
        raise SoftTimeLimitExceeded

    former = signal.signal(signal.SIGALRM, strike)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        with pytest.raises(SoftTimeLimitExceeded):
            send_batch(many.pk)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, former)

    assert totals(many) == recount(many)
    assert (totals(many).uncertain, totals(many).claimed) == (2, 0)
    assert CLAIM + 1 <= totals(many).accepted <= 2 * CLAIM - 2
    while totals(many).planned:
        send_batch(many.pk)
    assert len({mail.to for mail in provider.mails}) == len(provider.mails) == 4 * CLAIM + 1
    assert MailerDay.objects.get().handed_over == 4 * CLAIM + 1


def test_who_can_not_be_written_to_at_all_holds_up_nothing(many: Campaign, provider: Provider) -> None:
    """A claim of nobody who may begin has room at once."""
    Delivery.objects.filter(pk__in=Delivery.objects.order_by("pk").values("pk")[:CLAIM]).update(language="xx")

    send_batch(many.pk)

    check(many, provider, failed=CLAIM, accepted=3 * CLAIM + 1)


def test_a_verdict_holds_for_the_hand_over_behind(tmp_path: Path) -> None:
    with Journal(tmp_path, "first", {}) as one, Journal(tmp_path, "second", {}) as two:
        first = HandOver(one, mailer="bulk", closes_at=1e12, is_stopping=lambda: False)
        second = HandOver(two, mailer="bulk", closes_at=1e12, is_stopping=lambda: False, before=first)
        assert second.wait() == 0.0
        first.verdict_on_mailer = Outcome(Verdict.MISCONFIGURED)
        first.close()
        assert second.wait() is None

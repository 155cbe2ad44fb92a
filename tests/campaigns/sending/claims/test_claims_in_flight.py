"""The next claim begins while the last calls of one are answered.

Nobody waits for one slow answer, and each claim ends as if alone.
"""

import errno
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import OperationalError, connection
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.sending.launch import launch_now
from campaigns.sending.pause_cancel_undo import pause
from campaigns.sending.send import send_batch
from campaigns.states import DeliveryStatus
from newsletter.core.db.clock import database_now
from newsletter.models import MailerDay, MailerHealth
from newsletter.transport.bulk import senders
from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.bulk.journal import Journal, read
from newsletter.transport.pacing.quota import PROBE_SIZE
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from newsletter.transport.results.result import Outcome, Result
from tests.campaigns.conftest import MakeFollowers
from tests.fakes import smtp_sink
from tests.fakes.providers import fake
from tests.fakes.providers.apis import APIS, mailer_url
from tests.fakes.providers.fake import Fault, Provider
from tests.fakes.providers.wire import Answer, Request
from tests.fakes.smtp_sink import SmtpSink

CONNECTIONS, CLAIM, CLAIMS = 2, 6, 4
EVERYBODY = CLAIMS * CLAIM + 1
LATENCY, TIMEOUT = 0.03, 3.0


class Watched(Provider):
    """A provider that calls `on_request` with the number of each request before it answers.

    Numbers begin with 1.
    """

    def __init__(self) -> None:
        super().__init__(APIS["postmark"], latency=LATENCY)
        self.on_request: Callable[[int], None] = lambda number: None
        self.times: list[float] = []
        self.busy_at: set[int] = set()

    def answer(self, request: Request) -> Answer:
        self.times.append(time.monotonic())
        self.on_request(len(self.times))
        if len(self.times) in self.busy_at:
            return Answer(429, {"message": "Too many requests"}, {"Retry-After": "1"})
        return super().answer(request)


type Use = Callable[..., None]


@pytest.fixture
def use(settings: Settings, tmp_path: Path) -> Iterator[Use]:
    """Send campaigns in claims of six by the mailer of this URL.

    A claim has room for the next when two are left to begin.
    """

    def use(*urls: str, **changes: Any) -> None:
        named = {
            ("bulk", "bulk-2")[place]: replace(parse_mailer_url(url), **changes)
            for place, url in enumerate(urls)
        }
        backends = {
            alias: {"BACKEND": mailer.backend, "OPTIONS": dict(mailer.options)}
            for alias, mailer in named.items()
        }
        settings.MAILERS = {**settings.MAILERS, **backends}
        settings.MAILER_SETTINGS = {**settings.MAILER_SETTINGS, **named}
        settings.BULK_MAILERS = list(named)
        settings.SEND_BATCH_SIZE, settings.VAR_DIR = CLAIM, tmp_path

    yield use
    senders.close_all()


@pytest.fixture
def provider(use: Use) -> Iterator[Watched]:
    """Postmark, over two connections."""
    with fake.running(Watched()) as running:
        assert isinstance(running, Watched)
        use(url(running))
        yield running
        senders.close_all()


def url(provider: Provider, connections: int = CONNECTIONS) -> str:
    return mailer_url("postmark", provider.url, timeout=TIMEOUT, connections=connections)


@pytest.fixture
def many(draft: Campaign, followers: MakeFollowers) -> Campaign:
    """Launched to four claims and a bit."""
    followers(EVERYBODY)
    approve(draft, by="Sam")
    return launch_now(draft)


def journals() -> list[Path]:
    return list((django_settings.VAR_DIR / "claims").glob("*.journal"))


def check(campaign: Campaign, provider: Provider, **counts: int) -> None:
    """The ledger adds up to this, and nobody was written to twice."""
    found = totals(campaign)
    assert found == recount(campaign)
    assert {state: getattr(found, state) for state in counts} == counts
    assert len({mail.to for mail in provider.mails}) == len(provider.mails)


class _Interrupted(BaseException):
    """As billiard's SystemExit."""


@contextmanager
def interrupted_at(provider: Watched, number: int) -> Iterator[None]:
    """The main thread is interrupted when this request comes."""

    def interrupt(*_: object) -> None:
        raise _Interrupted

    former = signal.signal(signal.SIGALRM, interrupt)
    provider.on_request = lambda now: (
        os.kill(os.getpid(), signal.SIGALRM) if now == number else None
    )
    try:
        with pytest.raises(_Interrupted):
            yield
    finally:
        signal.signal(signal.SIGALRM, former)


@pytest.mark.thorough
def test_while_one_answer_is_waited_for_the_next_claim_is_sent(
    many: Campaign, provider: Watched
) -> None:
    provider.faults = [Fault.HANG]

    send_batch(many.pk)

    first, *others = provider.times
    assert others[2 * CLAIM - 2] - first < TIMEOUT <= others[2 * CLAIM - 1] - first, (
        "two claims at a time, and no more"
    )
    check(many, provider, accepted=EVERYBODY - 1, uncertain=1)
    assert not journals()


def test_no_more_calls_are_in_flight_than_there_are_connections(
    many: Campaign, provider: Watched
) -> None:
    send_batch(many.pk)

    # Each is answered after a while, and holds its connection until then.
    between = [
        later - earlier
        for earlier, later in zip(provider.times, provider.times[CONNECTIONS:], strict=False)
    ]
    assert min(between) >= LATENCY * 0.9
    check(many, provider, accepted=EVERYBODY)
    assert not journals()


def test_the_journals_call_nothing_begun_but_what_is_on_the_wire(
    many: Campaign, provider: Watched, use: Use
) -> None:
    use(url(provider, connections=1))
    in_doubt: list[int] = []

    def look(_: int) -> None:
        noted = 0
        for path in journals():
            # The claim before may be settled, and its journal removed, while this one is read.
            with suppress(FileNotFoundError):
                noted += len(read(path).in_doubt)
        in_doubt.append(noted)

    provider.on_request = look

    send_batch(many.pk)

    assert in_doubt == [1] * EVERYBODY


def test_a_mailer_with_a_rate_gets_one_claim_at_a_time(
    many: Campaign, provider: Watched, use: Use
) -> None:
    """Nothing waits for its slot while others wait to be settled."""
    use(url(provider), rate=500.0)
    at_once: list[int] = []
    provider.on_request = lambda _: at_once.append(len(journals()))

    send_batch(many.pk)

    assert at_once == [1] * EVERYBODY


def test_a_database_that_fails_the_next_claim_costs_the_one_under_way_nothing(
    many: Campaign, provider: Watched
) -> None:
    claims = 0

    def fail(execute: Any, sql: str, *arguments: Any) -> Any:
        nonlocal claims
        claims += '"last_claim_at" =' in sql
        if claims == 3:
            claims += 1
            raise OperationalError("the server closed the connection unexpectedly")
        return execute(sql, *arguments)

    with connection.execute_wrapper(fail), pytest.raises(OperationalError):
        send_batch(many.pk)

    assert CLAIM <= len(provider.mails) <= 2 * CLAIM
    check(
        many,
        provider,
        accepted=len(provider.mails),
        planned=EVERYBODY - len(provider.mails),
        uncertain=0,
    )


def test_a_disk_that_is_full_ends_both_claims_in_order(
    many: Campaign,
    provider: Watched,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    is_full = threading.Event()
    provider.on_request = lambda number: is_full.set() if number == CLAIM + 1 else None
    write = os.write

    def written(file: int, data: bytes, /) -> int:
        if is_full.is_set() and data.startswith((b"a ", b"b ", b"e ")):
            raise OSError(errno.ENOSPC, "No space left on device")
        return write(file, data)

    monkeypatch.setattr(os, "write", written)

    progress = send_batch(many.pk, after=7)

    # Another host may be well.
    assert (progress.more, progress.last_id) == (True, 7)

    assert "could not be noted" in caplog.text
    assert len(provider.mails) <= CLAIM + 1 + CONNECTIONS
    check(
        many,
        provider,
        accepted=len(provider.mails),
        planned=EVERYBODY - len(provider.mails),
        uncertain=0,
    )
    assert set(
        Delivery.objects.filter(status=DeliveryStatus.PLANNED).values_list("attempt", flat=True)
    ) == {0}


def test_what_one_claim_learns_of_the_mailer_holds_for_the_one_behind(
    many: Campaign, provider: Watched
) -> None:
    """Else each claim would ask a mailer that is out of order twice."""
    provider.faults = [*[None] * (CLAIM - 1), *[Fault.TOO_MANY] * 20]

    assert not send_batch(many.pk).more

    assert len(provider.requests) <= CLAIM - 1 + CONNECTIONS
    check(many, provider, accepted=CLAIM - 1, uncertain=0, claimed=0)
    assert MailerHealth.objects.get().rests_until > database_now()
    assert not journals()


def test_a_result_about_the_mailer_holds_for_the_dispatch_behind(tmp_path: Path) -> None:
    with Journal(tmp_path, "first", {}) as one, Journal(tmp_path, "second", {}) as two:
        first = Dispatch(one, mailer="bulk", closes_at=1e12, is_stopping=lambda: False)
        second = Dispatch(
            two, mailer="bulk", closes_at=1e12, is_stopping=lambda: False, previous=first
        )
        assert second.request_slot() == 0.0
        first.result_on_mailer = Result(Outcome.MISCONFIGURED)
        first.close()
        assert second.request_slot() is None


@pytest.mark.thorough
def test_a_worker_waits_out_what_a_busy_mailer_asks_for(many: Campaign, provider: Watched) -> None:
    """Rather than go away, and be missed after a quarter of a minute."""
    provider.busy_at = {3, 9}

    progress = send_batch(many.pk, seconds=30)

    assert not progress.more
    check(many, provider, accepted=EVERYBODY)


def test_a_mailer_that_is_well_again_is_used_for_the_rest_of_the_slice(
    many: Campaign, provider: Watched, settings: Settings
) -> None:
    """The worker that tries it ends before anybody asks for more: it rests until then."""
    settings.SEND_BATCH_SIZE = PROBE_SIZE
    now = database_now()
    MailerHealth.objects.create(
        mailer="postmark", rests_until=now, failures=1, changed_at=now, reason="no answer"
    )

    send_batch(many.pk)

    check(many, provider, accepted=EVERYBODY)
    assert not MailerHealth.objects.exists()


@pytest.mark.thorough
def test_the_first_mailers_claim_is_settled_before_another_mailer_begins(
    many: Campaign, provider: Watched, use: Use
) -> None:
    """Somebody else finds the first in trouble while a claim is under way.

    Two would have two sets of connections in doubt.
    """
    provider.faults = [Fault.HANG_AFTER]
    holders: list[set[str]] = []

    def look(execute: Any, sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE"):
            holders.append(
                set(
                    Delivery.objects.filter(status=DeliveryStatus.CLAIMED).values_list(
                        "mailer", flat=True
                    )
                )
            )
            if len(provider.times) >= CLAIM:
                now = database_now()
                MailerHealth.objects.bulk_create(
                    [
                        MailerHealth(
                            mailer="postmark",
                            rests_until=now + timedelta(hours=1),
                            failures=1,
                            changed_at=now,
                        )
                    ],
                    ignore_conflicts=True,
                )
        return execute(sql, *rest)

    with smtp_sink.running(SmtpSink()) as sink:
        use(url(provider), f"smtp+plain://127.0.0.1:{sink.port}?timeout=0.5")
        with connection.execute_wrapper(look):
            send_batch(many.pk)

        assert len(sink.received) == EVERYBODY - len(provider.times)
    check(many, provider, accepted=EVERYBODY - 1, uncertain=1)
    assert {"postmark"} in holders
    assert {"postmark", "smtp"} not in holders


def test_who_interrupts_while_room_is_waited_for_begins_nothing_more(
    many: Campaign, provider: Watched, settings: Settings
) -> None:
    settings.SEND_BATCH_SIZE = EVERYBODY  # else threads look at all of a claim at once
    with interrupted_at(provider, 8):
        send_batch(many.pk)

    # What was in flight has had its answer, and what a thread had looked at already may have begun.
    assert len(provider.mails) <= 8 + CONNECTIONS
    check(
        many,
        provider,
        accepted=len(provider.mails),
        planned=EVERYBODY - len(provider.mails),
        uncertain=0,
        claimed=0,
    )
    send_batch(many.pk)
    check(many, provider, accepted=EVERYBODY)


@pytest.mark.thorough
def test_who_interrupts_while_an_answer_is_waited_for_puts_that_in_doubt_and_ends_the_claim_behind(
    many: Campaign, provider: Watched, use: Use
) -> None:
    use(url(provider), warm_up=database_now().date())
    provider.faults = [*[None] * (CLAIM - 1), Fault.HANG_AFTER, *[None] * 2]

    with interrupted_at(provider, CLAIM + 2):
        send_batch(many.pk)

    check(many, provider, accepted=len(provider.mails) - 1, uncertain=1, claimed=0)
    assert len(provider.mails) <= CLAIM + 2 + CONNECTIONS
    for _ in range(EVERYBODY):
        send_batch(many.pk)
    check(many, provider, accepted=EVERYBODY - 1, uncertain=1, planned=0)
    assert MailerDay.objects.get().handed_over == EVERYBODY, (
        "what is in doubt counts against the day's limit, too"
    )


def test_a_pause_in_the_middle_is_felt_by_the_next_claim(many: Campaign, provider: Watched) -> None:
    def stop(execute: Any, sql: str, *arguments: Any) -> Any:
        if len(provider.times) >= CLAIM and not stopped:
            stopped.append(True)
            pause(many.pk)
        return execute(sql, *arguments)

    stopped: list[bool] = []
    with connection.execute_wrapper(stop):
        send_batch(many.pk)

    assert CLAIM <= len(provider.mails) <= 2 * CLAIM
    check(
        many,
        provider,
        accepted=len(provider.mails),
        planned=EVERYBODY - len(provider.mails),
        claimed=0,
    )


def test_who_can_not_be_written_to_at_all_holds_up_nothing(
    many: Campaign, provider: Watched
) -> None:
    """A claim of nobody who may begin has room at once."""
    Delivery.objects.filter(pk__in=Delivery.objects.order_by("pk").values("pk")[:CLAIM]).update(
        language="xx"
    )

    send_batch(many.pk)

    check(many, provider, failed=CLAIM, accepted=EVERYBODY - CLAIM)

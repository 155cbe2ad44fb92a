"""Any process looks at the installation, one at a time, and tells what it finds."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import KeptFindings, OpenFinding
from campaigns.models.kept_findings import LAST_TURN
from campaigns.reports.alerts import watch
from campaigns.reports.alerts.watch import keep_watch, look
from campaigns.reports.diagnostics.keep import EVERY, kept_findings, take_turn
from newsletter.core.db.clock import database_now
from newsletter.heartbeat.beat import Heartbeat
from newsletter.models import Brand, ProcessKind
from tests.campaigns.reports.alerts.test_tell import use
from tests.fakes import smtp_sink
from tests.fakes.smtp_sink import SmtpSink

pytestmark = pytest.mark.django_db


@pytest.fixture
def sink(brand: Brand, settings: Settings) -> Iterator[SmtpSink]:
    with smtp_sink.running(SmtpSink()) as found:
        use(settings, "transactional", found.port)
        settings.ALERT_EMAIL = ("ops@example.org",)
        settings.LEAST_FREE_BYTES = 1 << 62  # so that the disk is almost full
        yield found


def begun(seconds_ago: float) -> None:
    """Let somebody have begun to look then."""
    KeptFindings.objects.filter(pk=LAST_TURN).update(
        checked_at=database_now() - timedelta(seconds=seconds_ago)
    )


def test_a_look_keeps_what_it_finds_and_tells_it(sink: SmtpSink) -> None:
    assert look()
    assert "files" in {each.check for each in kept_findings()[0]}
    [got] = sink.received
    text = got.message.get_body(("plain",))
    assert text is not None
    assert "ERROR files, since" in text.get_content()
    assert "is almost full" in text.get_content()


def test_one_process_looks_at_a_time_and_another_follows_one_that_was_killed(
    sink: SmtpSink,
) -> None:
    assert take_turn()  # and is killed: it keeps nothing
    assert not look()
    begun(EVERY.total_seconds() + 1)
    assert look()
    assert len(sink.received) == 1


def test_a_clock_that_was_set_back_stops_no_watch() -> None:
    take_turn()
    begun(-3600)
    assert take_turn()


def test_nobody_has_two_turns_within_half_a_minute() -> None:
    assert [take_turn() for _ in range(3)] == [True, False, False]


def test_the_dashboard_has_no_moment_before_somebody_has_looked() -> None:
    assert take_turn()
    assert kept_findings() == ([], None)


@pytest.mark.django_db(transaction=True)
def test_a_process_with_a_heartbeat_keeps_watch_until_it_ends(
    sink: SmtpSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PAUSE", 0.01)
    heart, before = Heartbeat(ProcessKind.WEB), set(threading.enumerate())
    keep_watch(heart)
    mine = set(threading.enumerate()) - before
    try:
        assert {each.name for each in mine} == {"watch", "database watch"}
        end = timezone.now() + timedelta(seconds=30)
        while not sink.received and timezone.now() < end:
            heart.wait_for_end(0.05)
    finally:
        heart.stop()
        for thread in mine:
            thread.join(30)
    assert not [each for each in mine if each.is_alive()]
    assert len(sink.received) == 1
    assert OpenFinding.objects.filter(check_name="files").exists()


@pytest.mark.django_db(transaction=True)
def test_a_look_that_fails_is_logged_once_and_repeated(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    heart, looks = Heartbeat(ProcessKind.WEB), list[int]()

    def fails() -> None:
        looks.append(1)
        if len(looks) == 3:
            heart.stop()
        raise OSError("no")

    monkeypatch.setattr(watch, "PAUSE", 0.0)
    watch._go_on(heart, fails)
    assert len(looks) == 3
    assert caplog.text.count("The watch can't look (OSError)") == 1

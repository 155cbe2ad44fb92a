"""Somebody is told once when a finding appears, and once when it is mended."""

import json
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from campaigns.models import AlertChannel, OpenFinding
from campaigns.reports.alerts.channel_turn import BUSY
from campaigns.reports.alerts.follow import follow
from campaigns.reports.alerts.tell import tell
from campaigns.reports.diagnostics.alerts_arrive import alerts
from campaigns.reports.diagnostics.diagnose import Diagnosis
from campaigns.reports.diagnostics.finding import Finding, Level
from newsletter.models import Brand
from newsletter.transport.config.alert_target import AlertTarget
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from tests.campaigns.reports.alerts.conftest import Monitor
from tests.campaigns.reports.diagnostics.findings import NOW, told_by
from tests.fakes import smtp_sink
from tests.fakes.raw_sites import says
from tests.fakes.smtp_sink import SmtpSink

pytestmark = pytest.mark.django_db

ERROR = Finding("files", Level.MEND, "The disk is almost full.", "room", quote="for ada@b.org")
WARNING = Finding("paused", Level.LOOK, "Campaign 7 is paused.", "campaign 7")
CHECKS = frozenset({"files", "paused", "alerts"})
DOWN = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"


class Clock:
    """The clock's task, minute by minute."""

    def __init__(self, monitor: Monitor) -> None:
        self.minute = 0
        self.monitor = monitor

    def tick(self, *found: Finding) -> None:
        now = NOW + timedelta(minutes=self.minute)
        follow(Diagnosis([*found, *told_by("alerts", alerts())], CHECKS), now=now)
        tell(clock=lambda: now, reach=self.monitor.reach)
        self.minute += 1


@pytest.fixture
def clock(monitor: Monitor) -> Clock:
    return Clock(monitor)


@pytest.fixture
def sink(brand: Brand, settings: Settings) -> Iterator[SmtpSink]:
    with smtp_sink.running(SmtpSink()) as found:
        use(settings, "transactional", found.port)
        settings.ALERT_EMAIL = ("ops@example.org",)
        yield found


def use(settings: Settings, alias: str, port: int) -> None:
    mailer = parse_mailer_url(f"smtp+plain://127.0.0.1:{port}?name={alias}")
    if alias == "alert":
        settings.ALERT_MAILER = mailer
    else:
        settings.MAILER_SETTINGS = {**settings.MAILER_SETTINGS, alias: mailer}
    settings.MAILERS = {
        **settings.MAILERS,
        alias: {"BACKEND": mailer.backend, "OPTIONS": dict(mailer.options)},
    }


def states(monitor: Monitor) -> list[list[tuple[str, str]]]:
    """Return what each request told."""
    return [
        [(each["state"], each["key"]) for each in json.loads(body)["findings"]]
        for body in monitor.bodies
    ]


def test_once_when_found_and_once_when_mended(clock: Clock, posted: Monitor) -> None:
    clock.tick()
    for _ in range(4):
        clock.tick(ERROR)
    for _ in range(4):
        clock.tick()
    assert states(posted) == [[("firing", "files: room")], [("resolved", "files: room")]]
    assert not OpenFinding.objects.exists()


def test_what_is_found_again_later_is_told_again(clock: Clock, posted: Monitor) -> None:
    for found in [[ERROR], [], [], [ERROR], [], []]:
        clock.tick(*found)
    assert [each[0][0] for each in states(posted)] == ["firing", "resolved", "firing", "resolved"]


def test_a_warning_that_becomes_an_error_is_told_again(clock: Clock, posted: Monitor) -> None:
    worse = Finding("paused", Level.MEND, "Campaign 7 was stopped.", "campaign 7")
    for found in (WARNING, WARNING, WARNING, worse, worse, WARNING):
        clock.tick(found)
    levels = [json.loads(body)["findings"][0]["level"] for body in posted.bodies]
    assert levels == ["warning", "error"]


def test_findings_that_appear_together_are_told_together(clock: Clock, posted: Monitor) -> None:
    clock.tick(WARNING)
    clock.tick(WARNING, ERROR)
    assert states(posted) == [[("firing", "files: room"), ("firing", "paused: campaign 7")]] or (
        states(posted) == [[("firing", "paused: campaign 7"), ("firing", "files: room")]]
    )
    assert json.loads(posted.bodies[0])["title"].endswith("1 error, 1 warning")


def test_nothing_that_somebody_else_said_is_told(clock: Clock, posted: Monitor) -> None:
    clock.tick(ERROR)
    assert "ada" not in posted.bodies[0]
    assert "The disk is almost full." in posted.bodies[0]


def test_what_was_told_is_known_after_a_restart_and_by_another_clock(
    clock: Clock, posted: Monitor
) -> None:
    clock.tick(ERROR)
    other = Clock(posted)
    other.minute = 1
    other.tick(ERROR)
    assert len(posted.requests) == 1


def test_a_channel_that_another_clock_uses_is_left_to_it(clock: Clock, posted: Monitor) -> None:
    AlertChannel.objects.create(name="url", busy_until=NOW + timedelta(seconds=90))
    clock.tick(ERROR)
    clock.tick(ERROR)
    assert posted.requests == []
    clock.minute += int(BUSY.total_seconds() // 60)
    clock.tick(ERROR)
    assert len(posted.requests) == 1, "It was killed."


def test_an_email_says_what_is_wrong_and_that_a_machine_wrote_it(
    clock: Clock, sink: SmtpSink
) -> None:
    clock.tick(ERROR)
    [got] = sink.received
    message = got.message
    assert got.recipients == ["ops@example.org"]
    assert message["Subject"] == "[localhost:8000] 1 error"
    assert message["Auto-Submitted"] == "auto-generated"
    assert "List-Unsubscribe" not in message
    text = message.get_body(("plain",))
    assert text is not None
    assert "ERROR files, since 2026-12-01 12:00 UTC: The disk is almost full." in text.get_content()
    assert "manage.py doctor" in text.get_content()
    assert "ada@b.org" not in got.raw.decode()


def test_each_address_gets_one(clock: Clock, sink: SmtpSink, settings: Settings) -> None:
    settings.ALERT_EMAIL = ("ops@example.org", "iris@example.net")
    clock.tick(ERROR)
    clock.tick(ERROR)
    assert [each.recipients for each in sink.received] == [
        ["ops@example.org"],
        ["iris@example.net"],
    ]


def test_an_address_that_is_refused_has_nobody_else_told_again(
    clock: Clock, sink: SmtpSink, settings: Settings
) -> None:
    settings.ALERT_EMAIL = ("ops@example.org", "gone@example.net")
    sink.rcpt_answers = ["250 ok", "550 5.1.1 nobody of that name"] * 9

    for _ in range(9):
        clock.tick(ERROR)

    told = [str(each.message.get_body(("plain",))) for each in sink.received]
    assert len([text for text in told if "The disk is almost full." in text]) == 1
    assert len(told) == 2, "the other one tells that an address gets nothing"


def test_a_fault_of_ours_in_one_channel_leaves_the_others_to_tell(
    clock: Clock, posted: Monitor, settings: Settings
) -> None:
    settings.ALERT_EMAIL = ("ops@example.org",)
    settings.MAILER_SETTINGS = {}

    clock.tick(ERROR)

    assert len(posted.requests) == 1
    assert AlertChannel.objects.get(name="email").trouble == "KeyError"


def test_the_other_mailer_is_used_where_the_transactional_one_fails(
    clock: Clock, sink: SmtpSink, settings: Settings
) -> None:
    sink.mail_answers = ["451 4.3.0 not now"]
    with smtp_sink.running(SmtpSink()) as other:
        use(settings, "alert", other.port)
        clock.tick(ERROR)
        clock.tick(ERROR)
    assert (len(sink.received), len(other.received)) == (0, 1)
    assert not AlertChannel.objects.exclude(failing_since=None).exists()


def test_a_channel_that_fails_is_tried_again_and_doctor_and_the_other_channel_tell_it(
    clock: Clock, sink: SmtpSink, posted: Monitor
) -> None:
    posted.answer = says(DOWN)
    clock.tick(ERROR)
    [finding] = told_by("alerts", alerts())
    assert finding.level is Level.MEND
    assert finding.message.startswith("ALERT_URL has failed since 2026-12-01 12:00 UTC.")
    assert finding.message.endswith("(it answered HTTP 503.)")
    clock.tick(ERROR)
    assert ["alerts" in each.raw.decode() for each in sink.received] == [False, True]
    posted.requests.clear()
    posted.answer = says(b"HTTP/1.1 204 No Content\r\n\r\n")
    for _ in range(5):
        clock.tick(ERROR)
    assert states(posted) == [[("firing", "files: room")]]
    assert [each.level for each in told_by("alerts", alerts())] == [Level.FINE]
    assert len(sink.received) == 3, "The end of the channel's trouble is told, too."


def test_a_channel_that_failed_is_tried_though_nothing_else_is_to_be_told(
    clock: Clock, posted: Monitor
) -> None:
    """Otherwise it would count as failing for ever, and the heartbeat would stay away."""
    posted.answer = says(DOWN)
    clock.tick(ERROR)
    for _ in range(3):
        clock.tick()
    assert [each.level for each in told_by("alerts", alerts())] == [Level.MEND]
    posted.answer = says(b"HTTP/1.1 204 No Content\r\n\r\n")
    for _ in range(8):  # it is tried after twice as long each time
        clock.tick()
    assert [each.level for each in told_by("alerts", alerts())] == [Level.FINE]
    assert not OpenFinding.objects.exists()


def test_the_heartbeat_is_pinged_while_nothing_serious_is_wrong(
    clock: Clock, monitor: Monitor, settings: Settings
) -> None:
    settings.HEARTBEAT_URL = monitor.url
    clock.tick()
    clock.tick(WARNING)
    clock.tick(WARNING)
    assert len(monitor.requests) == 3
    clock.tick(ERROR)
    clock.tick(ERROR)
    assert len(monitor.requests) == 3
    clock.tick()
    assert len(monitor.requests) == 4


def test_a_heartbeat_that_nobody_hears_goes_on(
    clock: Clock, monitor: Monitor, settings: Settings
) -> None:
    settings.HEARTBEAT_URL = monitor.url
    monitor.answer = says(DOWN)
    for _ in range(3):
        clock.tick()
    assert len(monitor.requests) == 3
    [finding] = told_by("alerts", alerts())
    assert (finding.level, finding.about) == (Level.LOOK, "heartbeat")


def test_without_channels_nothing_is_opened_and_findings_come_and_go(clock: Clock) -> None:
    clock.tick(ERROR)
    clock.tick(ERROR)
    clock.tick()
    clock.tick()
    assert clock.monitor.requests == []
    assert not OpenFinding.objects.exists()


def test_a_channel_that_was_taken_away_is_waited_for_by_nobody(
    clock: Clock, posted: Monitor, settings: Settings
) -> None:
    clock.tick(ERROR)
    settings.ALERT_URL = None
    clock.tick()
    clock.tick()
    assert not OpenFinding.objects.exists()
    settings.ALERT_URL = AlertTarget("json", posted.url)
    clock.tick()
    assert len(posted.requests) == 1

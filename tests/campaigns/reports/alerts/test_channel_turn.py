"""Nobody is told twice because a channel takes its time, however many addresses it has."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from campaigns.models import AlertChannel, OpenFinding
from campaigns.reports.alerts import by_email
from campaigns.reports.alerts import tell as telling
from campaigns.reports.alerts.channel_turn import BUSY
from campaigns.reports.alerts.follow import follow
from campaigns.reports.alerts.tell import tell
from campaigns.reports.diagnostics.diagnose import Diagnosis
from campaigns.reports.diagnostics.finding import Finding, Level
from newsletter.models import Brand
from newsletter.transport.config.alert_target import AlertTarget
from newsletter.transport.results.result import Outcome, Result
from tests.campaigns.reports.diagnostics.findings import NOW

pytestmark = pytest.mark.django_db

ERROR = Finding("files", Level.MEND, "The disk is almost full.", "room")
ADDRESSES = ("ops@example.org", "iris@example.net", "noor@example.com")
EACH = timedelta(minutes=2)


class SlowMailer:
    """A mailer that takes two minutes for each email."""

    def __init__(self) -> None:
        self.now = NOW
        self.told: list[str] = []
        self.meanwhile: Callable[[], object] = list

    def clock(self) -> datetime:
        return self.now

    def send(self, email: Any, **_: Any) -> Result:
        self.now += EACH
        self.told.append(email.to)
        self.meanwhile()
        return Result(Outcome.ACCEPTED, mailer="transactional")


@pytest.fixture
def mailer(brand: Brand, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> SlowMailer:
    found = SlowMailer()
    settings.ALERT_EMAIL = ADDRESSES
    monkeypatch.setattr(by_email, "dispatch_single", found.send)
    follow(Diagnosis([ERROR], frozenset({"files"})), now=NOW)
    return found


def test_another_process_leaves_a_slow_channel_alone_to_its_end(mailer: SlowMailer) -> None:
    mailer.meanwhile = lambda: tell(clock=mailer.clock)
    tell(clock=mailer.clock)
    assert mailer.told == list(ADDRESSES)
    assert AlertChannel.objects.get().busy_until is None


def test_whoever_lost_the_turn_stops_and_leaves_the_other_s_mark(mailer: SlowMailer) -> None:
    others = NOW + timedelta(hours=1)
    mailer.meanwhile = lambda: AlertChannel.objects.update(busy_until=others)
    tell(clock=mailer.clock)
    assert mailer.told == ["ops@example.org"]
    channel = AlertChannel.objects.get()
    assert (channel.busy_until, channel.failing_since, channel.trouble) == (others, None, "")
    assert OpenFinding.objects.get().told == {}, "The other one tells it to everybody."


def test_whoever_lost_the_turn_at_the_last_address_leaves_the_other_s_mark(
    mailer: SlowMailer, settings: Settings
) -> None:
    settings.ALERT_EMAIL = ADDRESSES[:1]
    others = NOW + timedelta(hours=1)
    mailer.meanwhile = lambda: AlertChannel.objects.update(busy_until=others)
    tell(clock=mailer.clock)
    assert AlertChannel.objects.get().busy_until == others


def test_the_turn_at_the_next_channel_begins_when_it_does(
    mailer: SlowMailer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ALERT_URL = AlertTarget("json", "https://monitor.example.org/hook")
    busy_until: list[datetime | None] = []
    monkeypatch.setattr(
        telling,
        "tell_by_url",
        lambda *_, **__: busy_until.append(AlertChannel.objects.get(name="url").busy_until),
    )
    tell(clock=mailer.clock)
    assert busy_until == [NOW + len(ADDRESSES) * EACH + BUSY]

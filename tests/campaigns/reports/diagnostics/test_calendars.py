"""Doctor says where events can't be the invitations that they should be."""

import pytest
from pytest_django.fixtures import Settings

from campaigns.calendars.availability import settings_digest
from campaigns.event_states import CalendarMode, EventStatus
from campaigns.models import CalendarTest, Event
from campaigns.reports.diagnostics.calendars import calendars
from campaigns.reports.diagnostics.finding import Level, Said
from newsletter.transport.config.mailbox_url import parse_reply_mailbox_url
from tests.campaigns.reports.diagnostics.findings import NOW

pytestmark = pytest.mark.django_db


def levels() -> list[Level]:
    return [Said(*each).level for each in calendars(NOW)]


def test_an_installation_without_invitations_has_nothing_to_mend(event: Event) -> None:
    assert levels() == []


def test_a_mailbox_without_a_test_is_worth_a_look(settings: Settings) -> None:
    settings.REPLY_MAILBOX = parse_reply_mailbox_url("imaps://a%40x.example:b@mail.example.org")
    assert levels() == [Level.LOOK]


def test_an_event_that_should_be_an_invitation_is_to_mend(event: Event) -> None:
    Event.objects.update(calendar_mode=CalendarMode.INVITATION)
    assert levels() == [Level.MEND]
    Event.objects.update(status=EventStatus.CANCELLED)
    assert levels() == []


def test_where_the_test_came_back_all_is_fine(settings: Settings, event: Event) -> None:
    settings.REPLY_MAILBOX = parse_reply_mailbox_url("imaps://a%40x.example:b@mail.example.org")
    mailer = settings.MAILER_SETTINGS["bulk"]
    CalendarTest.objects.create(
        mailer=mailer.name, settings_digest=settings_digest(mailer), sent_at=NOW, passed_at=NOW
    )
    assert levels() == [Level.FINE]

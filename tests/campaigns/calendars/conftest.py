"""A mailbox for answers, and mailers that were seen to carry invitations."""

import pytest
from pytest_django.fixtures import Settings

from campaigns.event_states import CalendarMode
from campaigns.events.schedule import change_event
from campaigns.models import Campaign, Delivery, Event
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.send import send_batch
from campaigns.states import DeliveryStatus
from newsletter.transport.config.mailbox_url import parse_reply_mailbox_url
from tests.campaigns.calendars.self_tests import pass_self_tests

REPLIES = "replies@lists.example.org"


@pytest.fixture
def reply_mailbox(settings: Settings) -> None:
    url = f"imaps://replies:secret@mail.example.org/INBOX?address={REPLIES}"
    settings.REPLY_MAILBOX = parse_reply_mailbox_url(url)


@pytest.fixture
def tested(reply_mailbox: None, settings: Settings, db: None) -> None:
    """Have the self-test of each mailer passed."""
    pass_self_tests()


@pytest.fixture
def inviting(event: Event, tested: None) -> Event:
    """An event that goes into calendars as an invitation, and asks for answers."""
    change_event(event, calendar_mode=CalendarMode.INVITATION, takes_answers=True)
    return event


@pytest.fixture
def invited(inviting: Event, sending: Campaign) -> Event:
    """An event to which five people were invited; one of them wasn't reached."""
    finish(sending)
    missed = Delivery.objects.earliest("pk")
    Delivery.objects.filter(pk=missed.pk).update(status=DeliveryStatus.FAILED)
    inviting.refresh_from_db()
    return inviting


def finish(campaign: Campaign) -> None:
    while send_batch(campaign.pk).more:
        pass
    advance_campaigns()

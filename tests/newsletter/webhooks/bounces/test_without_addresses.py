"""Real bounces without their addresses: nobody is named, and what went wrong is still said."""

import pytest
from django.utils import timezone

from newsletter.core.addresses import address_reader
from newsletter.core.without_addresses import without_addresses
from newsletter.states import ProviderEventKind
from newsletter.transport.providers.parts.untrusted_input import Malformed
from newsletter.webhooks.bounces.classify import classify_bounce
from newsletter.webhooks.bounces.mail import parse_bounce_mail
from newsletter.webhooks.bounces.phrases import reasons_in
from newsletter.webhooks.parsed_event import ParsedEvent
from newsletter.webhooks.record import event_of
from newsletter.webhooks.store import MAILBOX
from tests.bounce_corpus import downloaded, own

MAILS = {**downloaded(), **own()}


def events_of(raw: bytes) -> list[ParsedEvent]:
    try:
        return parse_bounce_mail(raw)
    except Malformed:
        return []


@pytest.mark.thorough(sample=141)
@pytest.mark.parametrize("name", MAILS)
def test_nobody_is_named_in_what_is_kept(name: str) -> None:
    events = events_of(MAILS[name])
    recipients = [event.recipient.lower() for event in events if "@" in event.recipient]
    for event in events:
        kept = event_of(
            event, provider=MAILBOX, received_at=timezone.now(), read_address=address_reader()
        )
        assert "@" not in kept.detail
        assert [one for one in recipients if one in kept.detail.lower()] == []


@pytest.mark.thorough(sample=77)
@pytest.mark.parametrize("name", MAILS)
def test_what_went_wrong_is_still_said(name: str) -> None:
    for event in events_of(MAILS[name]):
        # The classifier knows addresses for none of its words, and the mark for a word.
        kept = without_addresses(event.detail).replace("<address>", "ada@example.nz")
        assert reasons_in(kept) == reasons_in(event.detail)
        assert classify_bounce(kept) == classify_bounce(event.detail)


def test_a_cut_leaves_no_half_of_an_address() -> None:
    words = "550 " + "x" * 280 + " <ada.lovelace@example.nz> is unknown"
    event = ParsedEvent(kind=ProviderEventKind.BOUNCED, detail=words)
    kept = event_of(
        event, provider=MAILBOX, received_at=timezone.now(), read_address=address_reader()
    )
    assert len(kept.detail) == 300
    assert "lovelace" not in kept.detail

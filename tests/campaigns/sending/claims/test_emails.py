"""The headers and parts of a campaign's message, read from the bytes that leave."""

import errno
import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfoNotFoundError

import pytest

from campaigns.models import Campaign
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.emails import CampaignEmails
from campaigns.sending.send import send_batch
from newsletter.models import InboxMessage
from newsletter.transport.message.recipients import Template
from subscribers.greeting import Greeting
from subscribers.models import Subscriber


@pytest.fixture
def messages(sending: Campaign) -> list[EmailMessage]:
    send_batch(sending.pk)
    parsed = [
        message_from_bytes(bytes(row.raw), policy=policy.default)
        for row in InboxMessage.objects.order_by("pk")
    ]
    return [message for message in parsed if isinstance(message, EmailMessage)]


def part(message: EmailMessage, kind: str) -> str:
    body = message.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def links(message: EmailMessage) -> set[str]:
    return set(
        re.findall(
            r'https?://[^\s"<>]+',
            part(message, "html") + part(message, "plain") + message["List-Unsubscribe"],
        )
    )


class _TooLarge(dict[str, Template]):
    """Templates for which this host has no memory."""

    def __missing__(self, language: str) -> Template:
        raise MemoryError


def test_want_of_memory_is_no_fault_of_a_recipient(sending: Campaign) -> None:
    emails = CampaignEmails(sending.pk)
    emails.templates = _TooLarge()

    with pytest.raises(MemoryError):
        emails.recipients(claim(sending.pk, size=5))


@pytest.mark.parametrize("error", [OSError(errno.EMFILE, "Too many open files"), ImportError()])
def test_a_fault_of_this_host_is_no_fault_of_a_recipient(
    sending: Campaign, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object, **options: object) -> None:
        raise error

    emails = CampaignEmails(sending.pk)
    monkeypatch.setattr(emails, "recipient", fail)

    with pytest.raises(type(error)):
        emails.recipients(claim(sending.pk, size=5))


def test_time_zones_that_are_missing_for_a_moment_are_no_fault_of_a_recipient(
    sending: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object, **options: object) -> None:
        raise ZoneInfoNotFoundError("No time zone found with key Pacific/Auckland")

    emails = CampaignEmails(sending.pk)
    monkeypatch.setattr(emails, "recipient", fail)

    with pytest.raises(ZoneInfoNotFoundError):
        emails.recipients(claim(sending.pk, size=5))


def test_each_standard_header_stands_there_once(
    messages: list[EmailMessage], sending: Campaign
) -> None:
    assert len(messages) == 5
    for message in messages:
        assert message.get_all("List-Id") == [
            f'"{sending.topic.name}" <{sending.topic.slug}.localhost>'
        ]
        assert message.get_all("List-Unsubscribe-Post") == ["List-Unsubscribe=One-Click"]
        assert message.get_all("Auto-Submitted") == ["auto-generated"]
        assert message.get_all("X-Auto-Response-Suppress") == ["OOF, AutoReply"]
        for name in (
            "List-Unsubscribe",
            "Feedback-ID",
            "Message-ID",
            "To",
            "From",
            "Subject",
            "Date",
        ):
            assert len(message.get_all(name, [])) == 1, name


def test_the_feedback_id_has_four_parts_that_all_readers_share(
    messages: list[EmailMessage], sending: Campaign
) -> None:
    assert {str(message["Feedback-ID"]) for message in messages} == {
        f"{sending.pk}:{sending.topic_id}:bulk:convene"
    }


def test_message_ids_are_in_our_domain_and_nobody_shares_one(messages: list[EmailMessage]) -> None:
    ids = {str(message["Message-ID"]) for message in messages}
    assert len(ids) == 5
    assert all(re.fullmatch(r"<[\w-]{28}@localhost>", each) for each in ids)


def test_no_reader_is_named_in_anothers_message(messages: list[EmailMessage]) -> None:
    people = list(Subscriber.objects.exclude(given_name=""))
    for message in messages:
        others = [person for person in people if person.email not in message["To"]]
        assert len(others) == len(people) - 1
        whole = message.as_string() + part(message, "html") + part(message, "plain")
        assert not [
            person.email for person in others if person.email in whole or person.given_name in whole
        ]


def test_the_link_of_the_header_stands_in_both_parts_too(messages: list[EmailMessage]) -> None:
    for message in messages:
        leave = str(message["List-Unsubscribe"]).strip("<>")
        assert leave in part(message, "html")
        assert leave in part(message, "plain")


def test_no_address_of_a_page_tells_the_topic_or_the_reader(
    messages: list[EmailMessage], sending: Campaign
) -> None:
    for message in messages:
        # The event's own page and calendar entry are about the event, and the same for everybody.
        found = {
            link
            for link in links(message)
            if "/events/" not in link and link != sending.event.join_url  # type: ignore[union-attr] # it has one
        }
        assert len(found) >= 3
        assert not [
            link
            for link in found
            if sending.topic.slug in link or "@" in link or "reader" in link.lower()
        ]


def test_no_name_that_a_mail_program_would_make_a_link_of_stands_beside_an_address(
    sending: Campaign,
) -> None:
    Subscriber.objects.update(full_name="Win at evil.com")
    send_batch(sending.pk)
    sent = [
        message_from_bytes(bytes(row.raw), policy=policy.default)
        for row in InboxMessage.objects.all()
    ]
    assert len(sent) == 5
    assert not [message["To"] for message in sent if "evil" in str(message["To"])]


def test_each_is_greeted_as_they_have_asked(sending: Campaign) -> None:
    ways = {
        "reader0@mail0.example": ("", "Reader0"),
        "reader1@mail1.example": (Greeting.FULL_NAME, "Reader One"),
        "reader2@mail2.example": (Greeting.SALUTATION, "Senator & Co"),
        "reader3@mail0.example": (Greeting.NO_NAME, "colleague"),
        "reader4@mail1.example": (Greeting.GIVEN_NAME, "Reader4"),
    }
    for email, (way, _) in ways.items():
        Subscriber.objects.filter(email=email).update(
            greeting=way, full_name="Reader One", salutation="Senator & Co"
        )
    send_batch(sending.pk)
    for row in InboxMessage.objects.all():
        message = message_from_bytes(bytes(row.raw), policy=policy.default)
        assert isinstance(message, EmailMessage)
        name = ways[row.recipient][1]
        assert message["Subject"] == f"You are invited, {name}"
        assert f"Dear {name}, we meet" in part(message, "plain").replace("\n", " ")
        assert f"Dear {name.replace('&', '&amp;')}, we meet" in part(message, "html")
    assert InboxMessage.objects.count() == 5

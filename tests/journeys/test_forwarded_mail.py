"""A mail is passed on. What its links do in a stranger's browser is what anybody may do to its first reader."""

import re
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings

from campaigns.models import Campaign
from campaigns.review.approval import approve
from campaigns.sending.launch import launch_now
from campaigns.sending.send import send_batch
from newsletter.models import InboxMessage
from subscribers.models import Subscriber, Topic
from tests.campaigns.conftest import draft, event
from tests.conftest import MakeSubscriber
from tests.journeys.stranger import Stranger, tokens_of, urls_of

__all__ = ["draft", "event"]  # fixtures of the campaigns, here too

MINA: dict[str, Any] = {
    "full_name": "Wilhelmina Quux-Abernathy",
    "given_name": "Wilhelmina",
    "organisation": "Quux Observatory",
    "country": "KI",
    "time_zone": "Pacific/Tarawa",
}
OTTO: dict[str, Any] = {
    "full_name": "Ottokar Zymurgy",
    "given_name": "Ottokar",
    "organisation": "Zymurgy Works",
    "country": "FO",
    "time_zone": "Atlantic/Faroe",
}
MINAS_FIELDS = ("ilhelmina", "uux", "bernathy", "Tarawa", '"KI" selected', "mina@", "quux.example")
"""What would name her, in whatever spelling a page has it."""


TOKEN_PAGES = [
    "u/{}",
    "preferences/{}/",
    "preferences/erase/{}/",
    "preferences/address/{}/",
    "preferences/new-address/{}/",
    "confirm/{}/",
    "never/{}/",
]


@pytest.fixture
def mina(make_subscriber: MakeSubscriber, topic: Topic) -> Subscriber:
    return make_subscriber("mina@quux.example", topic=topic, **MINA)


@pytest.fixture
def otto(make_subscriber: MakeSubscriber, topic: Topic) -> Subscriber:
    return make_subscriber("otto@zymurgy.example", topic=topic, **OTTO)


@pytest.fixture
def campaign(draft: Campaign, mina: Subscriber, otto: Subscriber) -> Campaign:
    content = draft.contents.get()
    content.blocks = [
        *content.blocks,
        {"type": "rich_text", "html": '<p>Or <a href="{preferences_url}">choose</a>, or <a href="{archive_url}">read</a>.</p>'},
    ]
    content.save()
    approve(draft, by="Sam")
    launched = launch_now(draft)
    send_batch(launched.pk)
    return launched


def mail_to(person: Subscriber) -> EmailMessage:
    message = message_from_bytes(bytes(InboxMessage.objects.get(recipient=person.email).raw), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_forwarded_campaign_can_only_stop_mail_and_names_nobody(campaign: Campaign, mina: Subscriber) -> None:
    message = mail_to(mina)
    stranger = Stranger()
    stranger.open_all(urls_of(message))
    assert stranger.harm == []
    assert {table for tables in stranger.changes.values() for table in tables} >= {"subscribers.Subscription"}
    named = [f"{request}: {field}" for request, page in stranger.pages.items() for field in MINAS_FIELDS if field in page]
    assert named == []


def test_no_word_of_a_campaigns_mail_opens_any_page_but_the_one_that_stops_mail(campaign: Campaign, mina: Subscriber) -> None:
    tokens = tokens_of(mail_to(mina))
    assert len(tokens) >= 2  # the link to leave, and the Message-ID
    stranger = Stranger()
    stranger.open_all([f"{settings.SITE_URL}/{page.format(token)}" for token in tokens for page in TOKEN_PAGES])
    assert stranger.harm == []
    assert not [request for request, page in stranger.pages.items() for field in MINAS_FIELDS if field in page]


def test_two_readers_links_show_the_same_pages(campaign: Campaign, mina: Subscriber, otto: Subscriber) -> None:
    """Whatever differed would be something that is stored."""
    seen = []
    for reader in (mina, otto):
        stranger = Stranger()
        stranger.open_all(urls_of(mail_to(reader)))
        tokens = tokens_of(mail_to(reader))
        seen.append({_without(tokens, request): _without(tokens, page) for request, page in stranger.pages.items()})
    assert seen[0] == seen[1]


def _without(tokens: list[str], text: str) -> str:
    for token in tokens:
        text = text.replace(token, "TOKEN")
    return re.sub(r'name="stamp" value="[^"]*"|\(\'stamp\', \[[^]]*\]\)', "stamp", text)

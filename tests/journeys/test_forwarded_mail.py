"""The links of a forwarded mail in a stranger's browser.

They show what anybody may do to the person to whom it was sent.
"""

import re
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.review.approval import approve
from campaigns.sending.launch import launch_now
from campaigns.sending.send import send_batch
from newsletter.models import InboxMessage
from newsletter.rendering.notices import NOTICES
from subscribers.models import Subscriber, Topic
from tests.campaigns.conftest import draft, event
from tests.conftest import MakeSubscriber
from tests.journeys.single_messages import MINA, send_single_messages, single_message
from tests.journeys.stranger import Stranger, tokens_of, urls_of

__all__ = ["draft", "event"]  # fixtures of the campaigns, here too

OTTO: dict[str, Any] = {
    "full_name": "Ottokar Zymurgy",
    "given_name": "Ottokar",
    "institution": "Zymurgy Works",
    "country": "FO",
    "time_zone": "Atlantic/Faroe",
}
MINAS_FIELDS = (
    "ilhelmina",
    "uux Obs",
    "bernathy",
    "Tarawa",
    '"KI" selected',
    "mina@",
    "quux.example",
)
"""Texts that would identify her on a page, long enough that no nonce holds one by chance."""


TOKEN_PAGES = [
    "u/{}",
    "preferences/{}/",
    "preferences/erase/{}/",
    "preferences/address/{}/",
    "preferences/download/{}/",
    "preferences/new-address/{}/",
    "confirm/{}/",
    "join/answer/{}/",
    "invitation/{}/",
    "never/{}/",
    "rsvp/{}/",
    "rsvp/answers/{}/",
    "rsvp/mine/{}/",
    "rsvp/place/{}/",
    "rsvp/delegate/{}/",
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
        {
            "type": "rich_text",
            "html": (
                '<p>Or <a href="{preferences_url}">choose</a>, or <a '
                'href="{archive_url}">read</a>.</p>'
            ),
        },
    ]
    content.save()
    approve(draft, by="Sam")
    launched = launch_now(draft)
    send_batch(launched.pk)
    return launched


def mail_to(person: Subscriber) -> EmailMessage:
    raw = InboxMessage.objects.get(recipient=person.email, stream="bulk").raw
    message = message_from_bytes(bytes(raw), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_a_forwarded_campaign_can_only_stop_mail_and_names_nobody(
    campaign: Campaign, mina: Subscriber
) -> None:
    message = mail_to(mina)
    stranger = Stranger()
    stranger.open_all(urls_of(message))
    assert stranger.harm == []
    assert {table for tables in stranger.changes.values() for table in tables} >= {
        "subscribers.Subscription"
    }
    named = [
        f"{request}: {field}"
        for request, page in stranger.pages.items()
        for field in MINAS_FIELDS
        if field in page
    ]
    assert named == []


@pytest.mark.thorough
def test_no_token_of_a_campaigns_email_opens_any_page_but_the_one_that_stops_mail(
    campaign: Campaign, mina: Subscriber
) -> None:
    tokens = tokens_of(mail_to(mina))
    assert len(tokens) >= 2  # the link to leave, and the Message-ID
    stranger = Stranger()
    stranger.open_all(
        [f"{settings.SITE_URL}/{page.format(token)}" for token in tokens for page in TOKEN_PAGES]
    )
    assert stranger.harm == []
    assert not [
        request
        for request, page in stranger.pages.items()
        for field in MINAS_FIELDS
        if field in page
    ]


def test_two_recipients_links_show_the_same_pages(
    campaign: Campaign, mina: Subscriber, otto: Subscriber
) -> None:
    """A difference would be something that is stored about one of them."""
    seen = []
    for person in (mina, otto):
        stranger = Stranger()
        stranger.open_all(urls_of(mail_to(person)))
        tokens = tokens_of(mail_to(person))
        seen.append(
            {
                _without(tokens, request): _without(tokens, page)
                for request, page in stranger.pages.items()
            }
        )
    assert seen[0] == seen[1]


SUBSCRIPTION = {"subscribers.Subscription", "subscribers.ConsentRecord"}
ANSWER = {"campaigns.Rsvp", "newsletter.TransactionalMessage"}
MAY_CHANGE: dict[str, set[str]] = {
    # To confirm is what it was sent for; the rest is its link "block all email to this address".
    "confirmation": {
        *SUBSCRIPTION,
        "subscribers.Subscriber",
        "subscribers.Suppression",
        "newsletter.TransactionalMessage",
    },
    "application_confirmation": {
        *SUBSCRIPTION,
        "subscribers.Subscriber",
        "subscribers.Suppression",
        "subscribers.Application",
        "newsletter.TransactionalMessage",
    },
    "import_question": {
        *SUBSCRIPTION,
        "subscribers.Subscriber",
        "subscribers.Suppression",
        "newsletter.TransactionalMessage",
    },
    "already_applied": set(),
    "agreed_again": set(),
    # It shows the answer; pressing its button gives the same one again.
    "rsvp_confirmation": set(),
    # There an offered place can be taken, too. Each change is told to its owner.
    "rsvp_link": ANSWER,
    # It shows past emails, and nothing of their reader.
    "archive_link": set(),
    "rsvp_place_offered": ANSWER,
    # It takes an answer, and its link "block all email to this address" ends the question.
    "rsvp_delegate": {*ANSWER, "subscribers.Suppression"},
    "rsvp_place_lapsed": set(),
    "rsvp_joining_details": set(),
    "rsvp_event_changed": set(),
    "application_accepted": set(),
    "application_declined": set(),
    # It lets its owner follow the topic. The rest is its link "block all email to this address".
    "topic_invitation": {
        *SUBSCRIPTION,
        "subscribers.Subscriber",
        "subscribers.Suppression",
        "subscribers.TopicInvitation",
        "newsletter.TransactionalMessage",
    },
    # It takes an answer; pressing its button without one changes nothing.
    "application_question": set(),
    "welcome": set(),
    "already_subscribed": set(),
    "proof": set(),
    "erased": set(),
    "address_changed": set(),
    # It views and edits. Links by which more can be done go to the owner's mailbox as messages.
    "preferences_link": {
        *SUBSCRIPTION,
        "subscribers.Subscriber",
        "subscribers.Suppression",
        "newsletter.TransactionalMessage",
    },
    "download_link": set(),
    # It holds the same link.
    "address_check": {
        *SUBSCRIPTION,
        "subscribers.Subscriber",
        "subscribers.Suppression",
        "newsletter.TransactionalMessage",
    },
    # It asks for the new address; pressing its button without one changes nothing.
    "address_link": set(),
    "new_address": {
        *SUBSCRIPTION - {"subscribers.Subscription"},
        "subscribers.Subscriber",
        "subscribers.Suppression",
        "subscribers.AddressChange",
        "newsletter.TransactionalMessage",
    },
    "erase_link": {
        *SUBSCRIPTION,
        "subscribers.Subscriber",
        "subscribers.Suppression",
        "subscribers.AddressChange",
        "newsletter.TransactionalMessage",
        "campaigns.Delivery",
        "campaigns.Rsvp",
    },
}
"""The tables that the holder of each single message may change."""
SHOWS_THE_OWNER = {"preferences_link", "download_link", "address_check"}
FOR_AN_HOUR = {
    "preferences_link",
    "address_check",
    "address_link",
    "download_link",
    "new_address",
    "erase_link",
    "rsvp_confirmation",
    "rsvp_link",
    "archive_link",
}


@pytest.fixture
def single(
    campaign: Campaign,
    mina: Subscriber,
    topic: Topic,
    other_topic: Topic,
    make_subscriber: MakeSubscriber,
) -> Callable[[str], EmailMessage]:
    """Everything that sends Mina a single message, and the function that finds one by its kind."""
    send_single_messages(campaign, mina, (topic, other_topic), make_subscriber)
    return single_message


@pytest.mark.thorough(sample=5)
@pytest.mark.parametrize("kind", MAY_CHANGE)
def test_a_single_message_does_what_it_is_for_and_no_more(
    single: Callable[[str], EmailMessage], kind: str
) -> None:
    message = single(kind)
    stranger = Stranger()
    stranger.open_all(urls_of(message))
    done = {table for tables in stranger.changes.values() for table in tables}
    # Words that people agree to are kept once, whoever agrees to them first.
    assert done <= MAY_CHANGE[kind] | {"subscribers.ConsentWording"}
    assert bool(done) == bool(MAY_CHANGE[kind]), "its button does nothing"
    if kind not in SHOWS_THE_OWNER:
        assert [
            f"{request}: {field}"
            for request, page in stranger.pages.items()
            for field in MINAS_FIELDS
            if field in page
        ] == []
    if kind == "preferences_link":
        assert not [
            request
            for request in stranger.pages
            if any(part in request for part in ("/erase/", "/address/", "/download/"))
        ]
        assert "mina@" not in " ".join(stranger.pages.values())


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("kind", sorted(FOR_AN_HOUR))
def test_an_hour_later_it_does_nothing_but_what_stops_mail(
    single: Callable[[str], EmailMessage],
    mina: Subscriber,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    urls = urls_of(single(kind))
    later = timezone.now() + settings.OWNER_LINK_LIFETIME
    monkeypatch.setattr(timezone, "now", lambda: later)
    stranger = Stranger()
    stranger.open_all(urls)
    assert {table for tables in stranger.changes.values() for table in tables} <= {
        "subscribers.Suppression"
    }
    assert [
        f"{request}: {field}"
        for request, page in stranger.pages.items()
        for field in MINAS_FIELDS
        if field in page
    ] == []


def test_every_notice_is_among_those_tried() -> None:
    # Emails about staff accounts go to colleagues, and tests of the app staff open their links.
    to_readers = {name for name in NOTICES if not name.startswith("staff_")}
    assert to_readers | {"proof"} == set(MAY_CHANGE)


def _without(tokens: list[str], text: str) -> str:
    for token in tokens:
        text = text.replace(token, "TOKEN")
    return re.sub(r'name="stamp" value="[^"]*"|\(\'stamp\', \[[^]]*\]\)', "stamp", text)

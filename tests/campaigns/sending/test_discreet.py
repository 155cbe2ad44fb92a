"""A campaign's email to people in discreet mode: nothing in it tells whose it is, or for whom."""

from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, CampaignContent, Delivery, Event
from campaigns.review.approval import approve
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.claims.claim import HELD_FOR, claim
from campaigns.sending.launch import launch_now
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.models import Brand, InboxMessage
from newsletter.transport.bulk import senders
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from subscribers.models import Subscriber, Subscription, Topic
from subscribers.states import SubscriptionStatus
from tests.conftest import MakeSubscriber
from tests.discretion import (
    NEUTRAL,
    READER,
    tells_of_mime,
    tells_of_request,
    text_before_footer,
)
from tests.fakes import provider as http
from tests.fakes import smtp_sink
from tests.fakes.dkim_key import Key
from tests.fakes.provider import Provider
from tests.fakes.providers.apis import mailer_url
from tests.fakes.smtp_sink import SmtpSink
from tests.newsletter.transport.providers.conversation import ACCEPTED

LANGUAGES = ("en", "fr", "es", "ro", "uk", "ar")
LONG_ENOUGH = 280
"""Characters before the footer: more than a locked screen or a list of emails shows."""


@pytest.fixture(autouse=True)
def neutral(settings: Settings, brand: Brand) -> Brand:
    settings.ALLOWED_HOSTS = ["testserver", "localhost", NEUTRAL["neutral_domain"]]
    Brand.objects.update(**NEUTRAL)
    brand.refresh_from_db()
    return brand


def use_mailer(settings: Settings, url: str) -> None:
    mailer = parse_mailer_url(url)
    settings.MAILERS = settings.MAILERS | {
        "bulk": {"BACKEND": mailer.backend, "OPTIONS": dict(mailer.options)}
    }
    settings.MAILER_SETTINGS = settings.MAILER_SETTINGS | {"bulk": mailer}


@pytest.fixture
def in_six_languages(draft: Campaign, make_subscriber: MakeSubscriber, topic: Topic) -> Campaign:
    """A campaign in each language, sent to one reader of each, all in discreet mode."""
    first = draft.contents.get()
    words = {"title": "A meeting", "summary": "What it is about"}
    Event.objects.update(texts=dict.fromkeys(LANGUAGES[1:], words))
    for language in LANGUAGES[1:]:
        CampaignContent.objects.create(
            campaign=draft,
            language=language,
            subject=first.subject,
            preheader=first.preheader,
            blocks=first.blocks,
        )
    for number, language in enumerate(LANGUAGES):
        # The address is that of the test in other letters: one mailbox would be one person.
        make_subscriber(
            READER if not number else f"{language}@mailbox.example",
            topic=topic,
            language=language,
            given_name="Adaline",
            full_name="Adaline Okoro",
        )
    Subscriber.objects.update(discreet_since=timezone.now())
    approve(draft, by="Sam")
    return launch_now(draft)


@pytest.fixture
def sink(settings: Settings) -> Iterator[SmtpSink]:
    with smtp_sink.running(SmtpSink()) as running:
        url = f"smtp+plain://127.0.0.1:{running.port}?return_path=bounces@lists.example.org"
        use_mailer(settings, url)
        yield running
        senders.close_all()


def test_nothing_in_an_email_by_smtp_tells_whose_it_is(
    in_six_languages: Campaign, sink: SmtpSink
) -> None:
    send_batch(in_six_languages.pk)

    assert len(sink.received) == len(LANGUAGES)
    for received in sink.received:
        assert tells_of_mime(received.raw) == []
        assert received.sender == NEUTRAL["neutral_sender_email"]
        assert len(text_before_footer(received.raw)) >= LONG_ENOUGH


def test_its_headers_are_those_of_the_neutral_sender(
    in_six_languages: Campaign, sink: SmtpSink
) -> None:
    send_batch(in_six_languages.pk)

    mail = next(one.message for one in sink.received if one.recipients == [READER])
    assert mail["From"] == f"Updates <{NEUTRAL['neutral_sender_email']}>"
    assert mail["To"] == READER
    assert mail["Subject"] == "Something new for you"
    assert mail["List-Id"] == "<list.read.example.net>"
    assert mail["List-Unsubscribe"].startswith("<http://read.example.net:8000/u/")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Message-ID"].endswith("@read.example.net>")
    for left_out in ("Reply-To", "Sender", "Feedback-ID", "X-Convene-Ref", "DKIM-Signature"):
        assert mail[left_out] is None


def test_bounces_by_mail_go_to_the_neutral_bounce_address(
    in_six_languages: Campaign, sink: SmtpSink
) -> None:
    Brand.objects.update(neutral_return_path="back@notes.example.net")

    send_batch(in_six_languages.pk)

    for received in sink.received:
        ref = received.message["X-Ref"]
        assert received.sender == f"back+{ref}@notes.example.net"


def test_a_signature_of_our_own_is_that_of_the_neutral_domain(
    in_six_languages: Campaign, settings: Settings, tmp_path: Path
) -> None:
    Subscriber.objects.filter(email="ar@mailbox.example").update(discreet_since=None)
    usual = Key(tmp_path, "ed25519")
    neutral = Key(tmp_path, "ed25519", name="mail._domainkey.notes.example.net")
    with smtp_sink.running(SmtpSink()) as sink:
        use_mailer(
            settings,
            f"smtp+plain://127.0.0.1:{sink.port}?ehlo=host7.example.net&dkim_selector=convene"
            f"&dkim_domain=lists.example.org&dkim_key={usual.path}&neutral_dkim_selector=mail"
            f"&neutral_dkim_domain=notes.example.net&neutral_dkim_key={neutral.path}",
        )
        send_batch(in_six_languages.pk)
        senders.close_all()

    open_one = [one for one in sink.received if one.recipients == ["ar@mailbox.example"]]
    discreet = [one for one in sink.received if one not in open_one]
    assert len(discreet) == len(LANGUAGES) - 1
    for received in discreet:
        assert tells_of_mime(received.raw) == []
        assert "d=notes.example.net" in received.message["DKIM-Signature"]
        assert neutral.verifies(received.raw)
    assert [usual.verifies(one.raw) for one in open_one] == [True]
    assert {one.host for one in sink.received} == {"host7.example.net"}


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize(
    ("name", "options"),
    [
        *((name, {}) for name in ACCEPTED),
        *((name, {"batch": 10}) for name in ("mailgun", "brevo", "mailjet")),
    ],
    ids=str,
)
def test_nothing_that_a_provider_is_told_tells_whose_it_is(
    in_six_languages: Campaign, settings: Settings, name: str, options: dict[str, object]
) -> None:
    with http.running(Provider(ACCEPTED[name])) as provider:
        use_mailer(settings, mailer_url(name, provider.url, timeout=5, **options))

        send_batch(in_six_languages.pk)
        senders.close_all()

    assert provider.requests
    for request in provider.requests:
        kind = str(request.headers["Content-Type"])
        path = request.path.removeprefix("/v3")
        assert tells_of_request(path, request.body, kind) == [], name


def test_a_batch_has_both_kinds_of_email_and_each_gets_its_own(
    sending: Campaign, sink: SmtpSink
) -> None:
    discreet = Subscriber.objects.order_by("pk")[0]
    Subscriber.objects.filter(pk=discreet.pk).update(discreet_since=timezone.now())

    send_batch(sending.pk)

    senders_by_reader = {
        one.recipients[0]: one.message["From"].addresses[0].addr_spec for one in sink.received
    }
    assert senders_by_reader.pop(discreet.email) == NEUTRAL["neutral_sender_email"]
    assert set(senders_by_reader.values()) == {"news@lists.example.org"}
    assert len(senders_by_reader) == 4
    statuses = set(Delivery.objects.values_list("status", flat=True))
    assert statuses == {DeliveryStatus.ACCEPTED}


def test_a_claim_takes_as_many_statements_whether_or_not_somebody_is_in_discreet_mode(
    sending: Campaign, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as before:
        claim(sending.pk, size=2)
    Subscriber.objects.update(discreet_since=timezone.now())
    with django_assert_num_queries(len(before)):
        claim(sending.pk, size=2)


@pytest.mark.parametrize(
    "lost",
    [
        {"neutral_sender_email": ""},
        {"neutral_domain": ""},
        {"neutral_domain": "unanswered.example.net"},
        {"sender_email": "news@notes.example.net"},
        {"name": "Notes of the Taskforce", "neutral_sender_email": "post@taskforce.example.net"},
    ],
    ids=str,
)
def test_without_a_neutral_sender_discreet_email_waits_and_all_other_email_leaves(
    sending: Campaign, lost: dict[str, str]
) -> None:
    discreet = Subscriber.objects.order_by("pk")[0]
    Subscriber.objects.filter(pk=discreet.pk).update(discreet_since=timezone.now())
    Brand.objects.update(**lost)

    send_batch(sending.pk)

    assert InboxMessage.objects.count() == 4
    waiting = Delivery.objects.get(subscriber=discreet)
    assert waiting.status == DeliveryStatus.PLANNED
    assert waiting.retry_at is not None
    assert waiting.retry_at > timezone.now()
    assert waiting.attempt == 0
    sending.refresh_from_db()
    assert sending.status == CampaignStatus.SENDING


def test_what_waited_leaves_once_there_is_a_neutral_sender(sending: Campaign) -> None:
    Subscriber.objects.update(discreet_since=timezone.now())
    Brand.objects.update(neutral_domain="")
    send_batch(sending.pk)
    assert not InboxMessage.objects.exists()

    Brand.objects.update(**NEUTRAL)
    Delivery.objects.update(retry_at=timezone.now() - HELD_FOR)
    send_batch(sending.pk)
    advance_campaigns()

    assert InboxMessage.objects.count() == 5
    for row in InboxMessage.objects.all():
        mail = message_from_bytes(bytes(row.raw), policy=policy.default)
        assert mail["From"].addresses[0].addr_spec == NEUTRAL["neutral_sender_email"]


def test_who_switches_discreet_mode_on_after_the_launch_gets_a_discreet_email(
    sending: Campaign,
) -> None:
    Subscriber.objects.update(discreet_since=timezone.now())

    send_batch(sending.pk)

    assert {row.subject for row in InboxMessage.objects.all()} == {"Something new for you"}


def test_one_click_unsubscribing_works_at_the_neutral_domain(
    sending: Campaign, client: Client
) -> None:
    Subscriber.objects.update(discreet_since=timezone.now())
    send_batch(sending.pk)
    row = InboxMessage.objects.order_by("pk")[0]
    mail = message_from_bytes(bytes(row.raw), policy=policy.default)
    path = str(mail["List-Unsubscribe"]).strip("<>").removeprefix("http://read.example.net:8000")

    answer = client.post(
        path,
        {"List-Unsubscribe": "One-Click"},
        headers={"host": NEUTRAL["neutral_domain"]},
    )

    assert answer.status_code == 200
    assert Subscription.objects.filter(status=SubscriptionStatus.UNSUBSCRIBED).count() == 1

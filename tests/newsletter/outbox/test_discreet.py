"""Single messages to people in discreet mode: covered, or held, and never sent as they are."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from newsletter.models import Brand, TransactionalMessage
from newsletter.outbox.deliver import deliver
from newsletter.outbox.discreet import HELD_FOR
from newsletter.outbox.queue import queue_message
from newsletter.rendering.notices import NOTICES, render_notice
from newsletter.rendering.rendered import Rendered
from newsletter.states import MESSAGE_KINDS, MessageStatus
from newsletter.transport.connections.transmit import close_all
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from subscribers.models import AddressChange, Subscriber, Topic
from subscribers.people.discreet import set_discreet
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
from tests.samples import NOTICES as CONTEXTS
from tests.subscribers.own_address import change_own_address

LANGUAGES = ("en", "fr", "es", "ro", "uk", "ar")


@pytest.fixture(autouse=True)
def neutral(settings: Settings, brand: Brand) -> Brand:
    settings.ALLOWED_HOSTS = ["testserver", "localhost", NEUTRAL["neutral_domain"]]
    Brand.objects.update(**NEUTRAL)
    brand.refresh_from_db()
    return brand


@pytest.fixture
def adaline(make_subscriber: MakeSubscriber, topic: Topic) -> Subscriber:
    """A subscriber in discreet mode."""
    made = make_subscriber(READER, topic=topic, given_name="Adaline", full_name="Adaline Okoro")
    Subscriber.objects.update(discreet_since=timezone.now())
    return made


def queue(kind: str, language: str, brand: Brand, *, to: str = READER) -> TransactionalMessage:
    context: Mapping[str, Any] = CONTEXTS.get(kind, {})
    rendered = (
        render_notice(kind, {**context, "language": language}, brand=brand)
        if kind in NOTICES
        else Rendered(
            subject="[Test] Taskforce", html="<p>Taskforce</p>", text="x", language=language
        )
    )
    return queue_message(
        kind,
        to=to,
        to_name="Adaline Okoro",
        rendered=rendered,
        headers={"List-Unsubscribe": "<http://localhost:8000/u/x>"},
    )


def test_all_kinds_of_messages_are_known_here() -> None:
    assert set(NOTICES) - set(CONTEXTS) == set()


@pytest.mark.thorough
def test_no_message_by_smtp_tells_whose_it_is(
    adaline: Subscriber, neutral: Brand, sink: SmtpSink
) -> None:
    for kind in MESSAGE_KINDS:
        for language in LANGUAGES:
            message = queue(kind, language, neutral)
            assert deliver(message.pk) == MessageStatus.ACCEPTED

    assert len(sink.received) == len(MESSAGE_KINDS) * len(LANGUAGES)
    for received in sink.received:
        assert tells_of_mime(received.raw) == []
        assert received.sender == NEUTRAL["neutral_sender_email"]
        assert len(text_before_footer(received.raw)) >= 280


@pytest.mark.parametrize(
    ("domain", "is_signed"), [("notes.example.net", True), ("elsewhere.example", False)]
)
def test_it_is_signed_for_the_neutral_domain_and_for_no_other(
    adaline: Subscriber,
    neutral: Brand,
    settings: Settings,
    tmp_path: Path,
    domain: str,
    is_signed: bool,
) -> None:
    usual = Key(tmp_path, "ed25519")
    own = Key(tmp_path, "ed25519", name=f"mail._domainkey.{domain}")
    with smtp_sink.running(SmtpSink()) as sink:
        mailer = parse_mailer_url(
            f"smtp+plain://127.0.0.1:{sink.port}?ehlo=host7.example.net&dkim_selector=convene"
            f"&dkim_domain=lists.example.org&dkim_key={usual.path}&neutral_dkim_selector=mail"
            f"&neutral_dkim_domain={domain}&neutral_dkim_key={own.path}"
        )
        settings.MAILERS = {"transactional": {"BACKEND": mailer.backend, "OPTIONS": mailer.options}}
        deliver(queue("preferences_link", "en", neutral).pk)
        close_all()

    [received] = sink.received
    assert tells_of_mime(received.raw) == []
    assert received.host == "host7.example.net"
    assert ("DKIM-Signature" in received.message) == is_signed
    if is_signed:
        assert own.verifies(received.raw)


@pytest.mark.parametrize("name", list(ACCEPTED))
def test_no_provider_is_told_whose_message_it_is(
    adaline: Subscriber, neutral: Brand, settings: Settings, name: str
) -> None:
    message = queue("welcome", "uk", neutral)
    with http.running(Provider(ACCEPTED[name])) as provider:
        mailer = parse_mailer_url(mailer_url(name, provider.url, timeout=5))
        settings.MAILERS = {"transactional": {"BACKEND": mailer.backend, "OPTIONS": mailer.options}}
        settings.MAILER_SETTINGS = {**settings.MAILER_SETTINGS, "transactional": mailer}
        deliver(message.pk)

    [request] = provider.requests
    kind = str(request.headers["Content-Type"])
    assert tells_of_request(request.path.removeprefix("/v3"), request.body, kind) == []


def test_its_subject_is_the_neutral_one_of_its_language(
    adaline: Subscriber, neutral: Brand, sink: SmtpSink
) -> None:
    Brand.objects.update(
        neutral_texts={"fr": {"sender_name": "La Poste du matin", "subject": "À lire"}}
    )

    deliver(queue("preferences_link", "fr", neutral).pk)

    [received] = sink.received
    assert received.message["Subject"] == "À lire"
    assert received.message["From"].addresses[0].display_name == "La Poste du matin"


@pytest.mark.parametrize(
    "lost", [{"neutral_sender_email": ""}, {"neutral_domain": "localhost"}], ids=str
)
def test_without_a_neutral_sender_it_is_held_and_leaves_later(
    adaline: Subscriber, neutral: Brand, sink: SmtpSink, lost: dict[str, str]
) -> None:
    Brand.objects.update(**lost)
    message = queue("preferences_link", "en", neutral)

    assert deliver(message.pk) is None

    message.refresh_from_db()
    assert (message.status, message.attempt) == (MessageStatus.QUEUED, 0)
    assert message.reason.startswith("Held")
    assert sink.received == []

    Brand.objects.update(**NEUTRAL)
    TransactionalMessage.objects.update(retry_at=timezone.now() - HELD_FOR)
    assert deliver(message.pk) == MessageStatus.ACCEPTED
    [received] = sink.received
    assert tells_of_mime(received.raw) == []


def test_a_message_that_waits_is_covered_if_discreet_mode_is_switched_on_meanwhile(
    make_subscriber: MakeSubscriber, topic: Topic, neutral: Brand, sink: SmtpSink
) -> None:
    make_subscriber(READER, topic=topic)
    message = queue("welcome", "en", neutral)
    Subscriber.objects.update(discreet_since=timezone.now())

    deliver(message.pk)

    assert tells_of_mime(sink.received[0].raw) == []


def test_the_question_to_a_new_address_is_covered(
    adaline: Subscriber, neutral: Brand, sink: SmtpSink
) -> None:
    message = queue("new_address", "en", neutral, to="other@mailbox.example")
    AddressChange.objects.create(
        subscriber=adaline, email="other@mailbox.example", digest=message.digest
    )

    deliver(message.pk)

    assert tells_of_mime(sink.received[0].raw) == []


@pytest.mark.parametrize(
    "status", [MessageStatus.QUEUED, MessageStatus.FAILED, MessageStatus.UNCERTAIN], ids=str
)
def test_what_waits_for_an_old_address_is_covered_although_nobody_has_it_any_more(
    adaline: Subscriber, neutral: Brand, sink: SmtpSink, status: MessageStatus
) -> None:
    message = queue("preferences_link", "en", neutral)
    TransactionalMessage.objects.update(status=status)

    change_own_address(adaline.pk, to="other@mailbox.example")

    TransactionalMessage.objects.update(status=MessageStatus.QUEUED)  # as if sent again
    assert deliver(message.pk) == MessageStatus.ACCEPTED
    assert tells_of_mime(sink.received[0].raw) == []


def test_a_change_of_address_covers_nothing_of_people_who_are_not_discreet(
    make_subscriber: MakeSubscriber, topic: Topic, neutral: Brand
) -> None:
    ada = make_subscriber(READER, topic=topic)
    queue("preferences_link", "en", neutral)

    change_own_address(ada.pk, to="other@mailbox.example")

    assert not TransactionalMessage.objects.filter(is_discreet=True).exists()


def test_what_was_held_stays_covered_when_nobody_knows_the_address_any_more(
    adaline: Subscriber, neutral: Brand, sink: SmtpSink
) -> None:
    Brand.objects.update(neutral_domain="")
    message = queue("preferences_link", "en", neutral)
    deliver(message.pk)
    adaline.delete()

    Brand.objects.update(**NEUTRAL)
    TransactionalMessage.objects.update(retry_at=None)
    assert deliver(message.pk) == MessageStatus.ACCEPTED
    assert tells_of_mime(sink.received[0].raw) == []


def test_what_was_held_leaves_at_once_when_its_reader_leaves_discreet_mode(
    adaline: Subscriber, neutral: Brand, sink: SmtpSink
) -> None:
    Brand.objects.update(neutral_domain="")
    message = queue("preferences_link", "en", neutral)
    covered = queue("welcome", "en", neutral)
    TransactionalMessage.objects.filter(pk=covered.pk).update(attempt=1, is_discreet=True)
    deliver(message.pk)
    deliver(covered.pk)

    set_discreet(adaline.pk, on=False)

    assert deliver(message.pk) == MessageStatus.ACCEPTED
    assert sink.received[0].message["From"].addresses[0].addr_spec == neutral.sender_email
    covered.refresh_from_db()
    assert covered.is_discreet, "its link may have left"


def test_everybody_else_gets_their_messages_as_ever(
    make_subscriber: MakeSubscriber, topic: Topic, neutral: Brand, sink: SmtpSink
) -> None:
    make_subscriber(READER, topic=topic)

    deliver(queue("welcome", "en", neutral).pk)

    message = sink.received[0].message
    assert message["From"].addresses[0].addr_spec == neutral.sender_email
    assert message["Subject"] == "Welcome to ITHT"
    assert message["X-Convene-Ref"]


def test_held_messages_are_not_tried_again_and_again(
    adaline: Subscriber, neutral: Brand, sink: SmtpSink
) -> None:
    Brand.objects.update(neutral_domain="")
    message = queue("welcome", "en", neutral)
    deliver(message.pk)
    message.refresh_from_db()

    assert message.retry_at is not None
    assert message.retry_at - timezone.now() > HELD_FOR - timedelta(minutes=1)
    assert deliver(message.pk) is None

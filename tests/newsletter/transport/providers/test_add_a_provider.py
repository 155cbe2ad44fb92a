"""A provider is added by a file of its own: here by one that lives in the tests (`courier.py`)."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from config.environment.signing_keys import SigningKeyError, parse_signing_keys
from newsletter.core.addresses import address_digest
from newsletter.core.standstill import elapsed
from newsletter.core.tokens import Purpose, make_token
from newsletter.models import ProviderEvent, ProviderReport
from newsletter.states import Stream
from newsletter.transport.bulk import senders
from newsletter.transport.bulk.dispatch import Dispatch
from newsletter.transport.bulk.journal import Journal
from newsletter.transport.config.mailer_options import MailerUrlError
from newsletter.transport.connections.transmit import close_all, dispatch_single
from newsletter.transport.providers import registry
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from newsletter.transport.results.result import Outcome
from newsletter.webhooks.process_reports import process_reports
from tests.fakes import provider as fake
from tests.fakes.provider import Answer
from tests.newsletter.transport.conftest import UNSUBSCRIBE_URL, MakeMessage, UseMailer
from tests.newsletter.transport.providers import courier
from tests.newsletter.transport.sample_messages import many

SECRET, SIGNING_KEY = "a-webhook-secret-of-tests-that-is-long-enough", "a_key_to_sign_reports"


@pytest.fixture(autouse=True)
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.PROVIDERS, courier.PROVIDER.key, courier.PROVIDER)


@pytest.fixture
def server(use_mailer: UseMailer) -> Iterator[fake.Provider]:
    """Courier's API on loopback, which both streams use."""
    with fake.running(fake.Provider(otherwise=Answer(200, {"id": "id-1"}))) as running:
        use_mailer(f"courier://:secret@?api_url={running.url}&timeout=1.5")
        yield running
        close_all()
        senders.close_all()


def test_its_mailer_url_is_read_and_named_among_those_that_are_known() -> None:
    assert parse_mailer_url("courier://:key@?rate=5/s").name == "courier"
    with pytest.raises(MailerUrlError, match="put nothing but options after the @"):
        parse_mailer_url("courier://:key@example.org")
    with pytest.raises(MailerUrlError, match=r"ses, courier\)") as raised:
        parse_mailer_url("currier://:key@")
    assert raised.value.example == "courier://:key@"


def test_a_message_leaves_by_it_with_our_headers_and_reference(
    server: fake.Provider, make_message: MakeMessage
) -> None:
    result = dispatch_single(make_message(), stream=Stream.TRANSACTIONAL)

    assert (result.outcome, result.reason) == (Outcome.ACCEPTED, "")
    assert result.provider_message_id == "id-1"
    [request] = server.requests
    assert request.headers["X-Key"] == "secret"
    assert request.json["metadata"] == {"ref": "r3f"}
    assert request.json["headers"]["List-Unsubscribe"] == f"<{UNSUBSCRIBE_URL}>"


def test_its_own_word_for_a_refusal_that_is_about_us_is_understood(
    server: fake.Provider, make_message: MakeMessage
) -> None:
    server.answers = [Answer(400, {"reason": "who_are_you"}), Answer(400, {"reason": "no_such"})]

    outcomes = [dispatch_single(make_message(), stream=Stream.BULK).outcome for _ in range(2)]

    assert outcomes == [Outcome.MISCONFIGURED, Outcome.REFUSED]


def test_a_batch_of_a_campaign_leaves_by_it(server: fake.Provider, tmp_path: Path) -> None:
    with Journal(tmp_path, uuid.uuid4().hex, {"mailer": "bulk"}) as journal:
        batch = Dispatch(
            journal, mailer="bulk", closes_at=elapsed() + 30, is_stopping=lambda: False
        )
        in_flight = senders.sender_for("bulk").send(many(5), batch)
        assert in_flight is not None
        in_flight.finish()

    assert {result.outcome for result in batch.results.values()} == {Outcome.ACCEPTED}
    assert len(server.requests) == 5


def bring(client: Client, why: str, *, key: str = SIGNING_KEY) -> int:
    event = {
        "what": "bounce",
        "why": why,
        "number": why,
        "id": "id-1",
        "to": "ada@example.nz",
        "at": timezone.now().timestamp(),
        "metadata": {"ref": make_token(Purpose.DELIVERY, 7)},
    }
    body = json.dumps(event).encode()
    return client.post(
        f"/webhooks/courier/?secret={SECRET}",
        body,
        content_type="application/json",
        headers={"X-Courier-Signature": courier.signature_of(body, key)},
    ).status_code


@pytest.mark.django_db
def test_its_webhook_is_read_and_its_signature_checked(client: Client, settings: Settings) -> None:
    settings.WEBHOOK_SECRET = SECRET
    settings.WEBHOOK_SIGNING_KEYS = parse_signing_keys(f"courier={SIGNING_KEY}")

    assert [bring(client, "gone"), bring(client, "full", key="another")] == [204, 204]
    process_reports()

    event = ProviderEvent.objects.get()
    assert (event.provider, event.kind, event.bounce_class) == ("courier", "bounced", "hard")
    assert (event.delivery_id, event.digest) == (7, address_digest("ada@example.nz"))
    assert ProviderReport.objects.get().problem == "Its signature is wrong."


def test_the_form_of_its_signing_key_is_its_own() -> None:
    with pytest.raises(SigningKeyError, match="courier=COURIER-KEY"):
        parse_signing_keys("courier=short")

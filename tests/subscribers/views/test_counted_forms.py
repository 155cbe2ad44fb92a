"""Forms, confirmations and webhooks are counted by what became of them."""

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

from newsletter.models import Brand
from subscribers.consent.urls_in_mail import confirm_url
from subscribers.models import Subscriber, Topic
from tests.metrics import Counted

pytestmark = pytest.mark.django_db


def test_a_sign_up_is_counted_by_what_was_answered(
    client: Client, counted: Counted, brand: Brand, topic: Topic
) -> None:
    client.post("/subscribe/", {"email": "eve@example.org", "topics": topic.slug})
    assert counted("forms_total", form="sign-up", outcome="stored") == 1

    client.post("/subscribe/", {"email": "none", "topics": topic.slug})
    assert counted("forms_total", form="sign-up", outcome="stored") == 1


def test_one_that_is_asked_for_proof_is_counted_as_that(
    client: Client, counted: Counted, brand: Brand, topic: Topic
) -> None:
    fields = {"email": "eve@example.org", "topics": topic.slug, "website": "https://a.example/"}
    client.post("/subscribe/", fields)
    assert counted("forms_total", form="sign-up", outcome="proof_asked") == 1


def test_a_confirmation_is_counted(client: Client, counted: Counted, ben: Subscriber) -> None:
    path = confirm_url(ben).partition("//")[2].partition("/")[2]
    client.get(f"/{path}")
    assert counted("confirmations_total", outcome="confirmed") == 0
    client.post(f"/{path}")
    assert counted("confirmations_total", outcome="confirmed") == 1
    client.post(f"/{path}")
    assert counted("confirmations_total", outcome="confirmed_before") == 1


def test_a_webhook_is_counted_by_provider_and_answer(
    client: Client, counted: Counted, settings: Settings
) -> None:
    settings.WEBHOOK_SECRET = "a-secret-of-a-webhook-that-is-long-enough"
    client.post("/webhooks/brevo/", b"{}", "application/json")
    url = f"/webhooks/brevo/?secret={settings.WEBHOOK_SECRET}"
    client.post(url, b"{}", "application/json")
    client.post("/webhooks/ada@example.org/", b"{}", "application/json")

    assert counted("webhooks_total", provider="brevo", status="204") == 1
    assert counted("webhooks_total", provider="unknown", status="404") == 1

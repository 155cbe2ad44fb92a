"""The signatures of reports: one that is signed rightly counts, any other is kept, unheard."""

import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django.fixtures import Settings

from newsletter.models import ProviderEvent, ProviderReport
from newsletter.transport.providers.ses import certificates
from newsletter.webhooks.process_reports import process_reports
from newsletter.webhooks.store import store
from tests.fakes import amazon, webhooks
from tests.newsletter.webhooks.reports import keep, some

pytestmark = pytest.mark.django_db


@pytest.fixture
def keys(settings: Settings) -> None:
    settings.WEBHOOK_SIGNING_KEYS = {"mailgun": webhooks.MAILGUN_KEY, "resend": webhooks.RESEND_KEY}


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize("provider", ["mailgun", "resend", "ses"])
def test_what_is_signed_rightly_counts(provider: str) -> None:
    keep(some(provider))
    assert process_reports().events == 1


def tampered(provider: str) -> webhooks.Report:
    report = some(provider)
    changed = {
        "mailgun": report.body.replace(b'"token": "', b'"token": "x'),
        "resend": report.body.replace(b"ada@", b"eve@"),
        "ses": report.body.replace(b"ada@", b"eve@"),
    }[provider]
    return webhooks.Report(provider, changed, report.headers)


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize("provider", ["mailgun", "resend", "ses"])
def test_what_was_changed_on_the_way_is_kept_and_nothing_follows(provider: str) -> None:
    keep(tampered(provider))
    assert process_reports().problems == 1
    assert ProviderReport.objects.get().problem == "Its signature is wrong."
    assert not ProviderEvent.objects.exists()


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("provider", "received_after"),
    [
        ("mailgun", timedelta(hours=10)),
        ("resend", timedelta(minutes=6)),
        ("resend", timedelta(minutes=-6)),
    ],
)
def test_what_was_signed_long_ago_is_stale(provider: str, received_after: timedelta) -> None:
    keep(some(provider))
    ProviderReport.objects.update(received_at=timezone.now() + received_after)
    assert process_reports().problems == 1
    assert ProviderReport.objects.get().problem == "Its signature is stale."


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"svix-id": "m"},
        {"svix-id": "m", "svix-timestamp": "x", "svix-signature": "v1,\xff v2,x"},
    ],
)
def test_a_signature_that_is_missing_or_broken_is_none(headers: dict[str, str]) -> None:
    store("resend", some("resend").body, headers=headers)
    assert process_reports().problems == 1


@pytest.mark.usefixtures("keys")
def test_a_signature_of_mailgun_s_counts_once_whatever_stands_beside_it() -> None:
    report = some()
    keep(report)
    process_reports()
    keep(webhooks.Report("mailgun", report.body.replace(b"ada@", b"eve@"), {}))
    assert process_reports().repeated == 1
    assert ProviderEvent.objects.count() == 1


def sns(**changes: str) -> webhooks.Report:
    names = ("Message", "MessageId", "Timestamp", "TopicArn", "Type")
    message = {
        "Type": "Notification", "MessageId": "1", "TopicArn": webhooks.TOPIC,
        "Message": json.loads(some("ses").body)["Message"],
        "Timestamp": "2026-11-25T12:00:00.000Z", "SignatureVersion": "1",
        "SigningCertURL": amazon.CERTIFICATE_URL,
    }  # fmt: skip
    return webhooks.sns(
        message | changes,
        names=names
        if "Token" not in changes
        else (*names[:2], "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"),
    )


@pytest.mark.parametrize("version", ["1", "2"])
def test_both_signatures_of_amazon_are_understood(version: str) -> None:
    keep(sns(SignatureVersion=version))
    assert process_reports().events == 1


@pytest.mark.parametrize(
    "url",
    [
        "https://sns.eu-west-1.amazonaws.com.evil.example/x.pem",
        "https://evil.example/sns.eu-west-1.amazonaws.com/x.pem",
        "http://sns.eu-west-1.amazonaws.com/x.pem",
        "https://user@sns.eu-west-1.amazonaws.com/x.pem",
        "https://sns.eu-west-1.amazonaws.com:8443/x.pem",
        "https://sns.eu-west-1.amazonaws.com/x.pem?y",
        "https://s3.eu-west-1.amazonaws.com/x.pem",
        "https://[sns/x.pem",
        "",
    ],
)
def test_a_certificate_comes_from_amazon_or_not_at_all(url: str) -> None:
    assert not certificates.is_amazons(url)
    keep(sns(SigningCertURL=url))
    assert process_reports().problems == 1


def test_another_topic_of_amazon_s_says_nothing(settings: Settings) -> None:
    settings.WEBHOOK_SIGNING_KEYS = {"ses": f"{webhooks.TOPIC}-of-ours"}
    keep(sns())
    assert process_reports().problems == 1
    assert "another topic" in ProviderReport.objects.get().problem


def test_a_subscription_of_amazon_s_waits_for_a_person() -> None:
    keep(
        sns(
            Type="SubscriptionConfirmation",
            Token="t",
            SubscribeURL="https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription",
        )
    )
    assert process_reports().problems == 1
    assert f"confirmation of {webhooks.TOPIC}" in ProviderReport.objects.get().problem


def test_a_certificate_that_is_shared_by_the_cache_needs_no_fetching() -> None:
    url = "https://sns.eu-north-1.amazonaws.com/SimpleNotificationService-cached.pem"
    report = sns(SigningCertURL=url)
    cache.set(f"sns-certificate:{url}", amazon.certificate()[1], 60)
    keep(report)
    assert process_reports().events == 1

"""A healthy installation at rest has no finding, and each fault has its own and no other.

It sends by a real SMTP server on loopback, reads a real bounce mailbox, and is known to a real DNS
server; what visitors see of it is another test's (`test_site_reached`).
"""

import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import dns.resolver
import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import AlertChannel, Delivery
from campaigns.reports.diagnostics.diagnose import diagnose
from campaigns.reports.diagnostics.finding import Level
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.outbound.reach import Reach
from newsletter.models import Brand, MailerHealth, ProviderReport, TransactionalMessage
from newsletter.transport.config.mailbox_url import parse_mailbox_url
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from subscribers.models import FormSubmission, ImportUpload, Subscriber, Topic
from subscribers.states import ConsentMethod, ImportStep, SubmissionKind
from tests.campaigns.reports.diagnostics.findings import a_campaign
from tests.fakes import dns_server, mailbox, smtp_sink
from tests.fakes.mailbox import FakeMailbox
from tests.fakes.smtp_sink import SmtpSink

pytestmark = pytest.mark.django_db

SENDER, SITE = "lists.example.org", "lists.example.org"
PAST = timedelta(minutes=20)


@pytest.fixture
def zone() -> dict[tuple[str, str], list[str]]:
    return {
        (SENDER, "TXT"): ['"v=spf1 mx ~all"'],
        (f"_dmarc.{SENDER}", "TXT"): ['"v=DMARC1; p=none"'],
        (SENDER, "MX"): ["10 mail.example.org."],
        (SITE, "A"): ["127.0.0.1"],
    }


@pytest.fixture
def resolver(zone: dict[tuple[str, str], list[str]]) -> Iterator[dns.resolver.Resolver]:
    with dns_server.serve({dns_server.ROOT: [], SITE: [["127.0.0.1"]]}, others=zone) as found:
        yield found


@pytest.fixture
def installation(
    healthy: None,
    zone: dict[tuple[str, str], list[str]],
    resolver: dns.resolver.Resolver,
    settings: Settings,
    topic: Topic,
    ada: Subscriber,
) -> Iterator[Callable[[], set[tuple[str, str, Level]]]]:
    """A healthy one. What is yielded runs all checks, and returns what isn't fine."""
    settings.SITE_URL, settings.ALLOWED_HOSTS = f"https://{SITE}", [SITE]
    settings.WEBHOOK_SECRET = "w" * 48
    with smtp_sink.running(SmtpSink()) as sink, mailbox.serving(FakeMailbox()) as box:
        url = f"smtp+plain://127.0.0.1:{sink.port}?return_path=bounces@{SENDER}"
        settings.MAILER_SETTINGS = dict.fromkeys(("transactional", "bulk"), parse_mailer_url(url))
        settings.BOUNCE_MAILBOX = parse_mailbox_url(box.url)
        reach = Reach(resolver=resolver)

        def not_fine() -> set[tuple[str, str, Level]]:
            return {
                (each.check, each.about, each.level)
                for each in diagnose(reach=reach)
                if each.level is not Level.FINE
            }

        yield not_fine


type NotFine = Callable[[], set[tuple[str, str, Level]]]


def test_a_healthy_installation_at_rest_has_no_finding(installation: NotFine) -> None:
    assert installation() == set()


def _form() -> None:
    form = FormSubmission.objects.create(
        kind=SubmissionKind.values[0],
        email="ben@example.org",
        digest="0" * 64,
        method=ConsentMethod.FORM,
    )
    FormSubmission.objects.filter(pk=form.pk).update(received_at=timezone.now() - PAST)


def _message(**columns: object) -> None:
    made = TransactionalMessage.objects.create(kind="welcome", digest="0" * 64, **columns)
    TransactionalMessage.objects.filter(pk=made.pk).update(created_at=timezone.now() - PAST)


def _import() -> None:
    ImportUpload.objects.create(
        folder="a" * 32,
        file_name="list.csv",
        size=1,
        topic=Topic.objects.get(),
        status=ImportStep.READING,
        changed_at=timezone.now() - PAST,
    )


def _sending(**columns: object) -> None:
    campaign = a_campaign(
        Topic.objects.get(), CampaignStatus.SENDING, launched_at=timezone.now() - PAST
    )
    Delivery.objects.create(
        campaign=campaign, subscriber=Subscriber.objects.get(), language="en", **columns
    )


def _refusing_mailer() -> None:
    """It refuses our key, and its campaign is stopped: two things of one cause, both to mend."""
    MailerHealth.objects.create(
        mailer="smtp",
        rests_until=timezone.now() + PAST,
        is_misconfigured=True,
        reason="535 bad key",
        changed_at=timezone.now(),
    )


def _resting_mailer() -> None:
    _sending()
    MailerHealth.objects.create(
        mailer="smtp",
        rests_until=timezone.now() + PAST,
        failures=9,
        reason="421 later",
        changed_at=timezone.now(),
    )


MEND, LOOK = Level.MEND, Level.LOOK
FAULTS: dict[str, tuple[Callable[[], object], set[tuple[str, str, Level]]]] = {
    "a form waits": (_form, {("clock", "form", MEND)}),
    "a message waits": (_message, {("clock", "message", MEND)}),
    "a message is refused": (
        lambda: _message(reason="451 later", retry_at=timezone.now() + PAST),
        {("messages", "refused", MEND)},
    ),
    "an import waits": (_import, {("clock", "import", MEND)}),
    "a report waits": (
        lambda: ProviderReport.objects.create(
            provider="bounce",
            fingerprint="1",
            raw=b"",
            size=0,
            received_at=timezone.now() - PAST,
        ),
        {("clock", "report", MEND)},
    ),
    "a start is missed": (
        lambda: a_campaign(
            Topic.objects.get(), CampaignStatus.SCHEDULED, scheduled_at=timezone.now() - PAST
        ),
        {("clock", "start", MEND)},
    ),
    "nobody sends": (_sending, {("clock", "campaign", MEND)}),
    "a claim is left": (
        lambda: _sending(
            status=DeliveryStatus.CLAIMED,
            claim_token=uuid.uuid4(),
            lease_until=timezone.now() - PAST,
        ),
        {("clock", "claim", MEND)},
    ),
    "the mailer refuses us": (_refusing_mailer, {("mailers", "smtp", MEND)}),
    "the mailer is down": (
        _resting_mailer,
        {("mailers", "smtp", LOOK), ("mailers", "none", MEND)},
    ),
    "the guard stops a campaign": (
        lambda: a_campaign(
            Topic.objects.get(),
            CampaignStatus.PAUSED,
            pk=41,
            pause_reason="Paused automatically: 9 of 60 emails failed.",
        ),
        {("paused", "campaign 41", MEND)},
    ),
    "the brand has no address": (
        lambda: Brand.objects.update(postal_address=""),
        {("brand", "", MEND)},
    ),
    "nobody manages accounts": (
        lambda: User.objects.update(is_active=False),
        {("staff", "", MEND)},
    ),
}


@pytest.mark.thorough(sample=4)
@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_rows_has_its_finding_and_no_other(installation: NotFine, fault: str) -> None:
    break_it, expected = FAULTS[fault]
    break_it()
    assert installation() == expected


def test_each_fault_of_the_host_has_its_finding_and_no_other(
    installation: NotFine, settings: Settings, folder: Path
) -> None:
    settings.LEAST_FREE_BYTES = 1 << 62
    assert installation() == {("files", f"room of {folder}", MEND)}
    settings.LEAST_FREE_BYTES = 0
    (folder / "queue").rmdir()
    assert installation() == {("queue", "", MEND)}


def test_each_fault_of_dns_has_its_finding_and_no_other(
    installation: NotFine, zone: dict[tuple[str, str], list[str]]
) -> None:
    for key, about in [
        ((SENDER, "TXT"), f"SPF of {SENDER}"),
        ((f"_dmarc.{SENDER}", "TXT"), f"DMARC of {SENDER}"),
    ]:
        kept = zone.pop(key)
        assert installation() == {("dns", about, LOOK)}
        zone[key] = kept
    zone[SENDER, "MX"] = ["0 ."]
    assert installation() == {("dns", f"MX of {SENDER}", LOOK)}


def test_alerts_that_nobody_hears_are_a_finding(installation: NotFine, settings: Settings) -> None:
    settings.ALERT_EMAIL = ("ops@example.org",)
    AlertChannel.objects.create(name="email", failing_since=timezone.now(), trouble="550")
    assert installation() == {("alerts", "email", MEND)}

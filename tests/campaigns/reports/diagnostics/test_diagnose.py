"""`doctor` and what it knows: each fault is named, in words that say what to do."""

import json
import uuid
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery, DeliveryTally
from campaigns.reports.diagnostics.diagnose import (
    NAMED,
    Finding,
    Level,
    diagnose,
    digest_key_fingerprint,
)
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.models import Brand, MailerHealth, TransactionalMessage
from newsletter.transport.pacing.warm_up import USED_UP
from newsletter.transport.providers.mailer_url import parse_mailer_url
from subscribers.models import FormSubmission, Subscriber, Topic
from subscribers.states import ConsentMethod, SubmissionKind

pytestmark = pytest.mark.django_db

SECRET_URL = "smtp://user:hunter2secret@mail.example.org:587"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.VAR_DIR, settings.REDIS_URL = tmp_path, ""
    (tmp_path / "queue").mkdir()
    return tmp_path


@pytest.fixture
def healthy(brand: Brand, sam: User) -> None:
    """All that an installation needs."""


def found(check: str) -> list[Finding]:
    return [finding for finding in diagnose() if finding.check == check]


def to_mend(check: str) -> str:
    return " ".join(finding.message for finding in found(check) if finding.level is Level.MEND)


@pytest.mark.usefixtures("healthy")
def test_a_healthy_installation_has_nothing_to_mend() -> None:
    assert [finding for finding in diagnose() if finding.level is Level.MEND] == []


@pytest.mark.usefixtures("healthy")
def test_the_command_says_so_and_exits_with_0() -> None:
    out = StringIO()
    call_command("doctor", stdout=out)
    assert "ERROR" not in out.getvalue()


def test_the_command_exits_with_1_when_something_must_be_mended() -> None:
    out = StringIO()
    with pytest.raises(SystemExit) as end:
        call_command("doctor", stdout=out)
    assert end.value.code == 1
    assert "There is no staff account" in out.getvalue()


def test_programs_can_read_it() -> None:
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("doctor", "--json", stdout=out)
    answer = json.loads(out.getvalue())
    assert answer["healthy"] is False
    assert {"check", "level", "message"} == set(answer["findings"][0])


def test_an_incomplete_brand_is_named(brand: Brand) -> None:
    Brand.objects.update(postal_address=" ")
    assert "postal address" in to_mend("brand")


def test_a_changed_digest_key_is_found(ada: Subscriber, settings: Settings) -> None:
    assert to_mend("keys") == ""
    before = digest_key_fingerprint()
    settings.LINK_KEYS = ["another-key-that-is-long-enough-to-be-taken"]
    assert digest_key_fingerprint() != before
    assert "opt-outs would not be found" in to_mend("keys")


def test_a_key_put_in_front_changes_no_digest(ada: Subscriber, settings: Settings) -> None:
    before = digest_key_fingerprint()
    settings.LINK_KEYS = ["a-newer-key-that-is-long-enough-to-be-taken", *settings.LINK_KEYS]
    assert digest_key_fingerprint() == before
    assert to_mend("keys") == ""


def test_a_folder_that_can_t_be_written_is_named(settings: Settings, folder: Path) -> None:
    settings.VAR_DIR = folder / "gone"
    assert "can't be written" in to_mend("queue")


def test_a_redis_that_is_away_is_named(settings: Settings) -> None:
    settings.REDIS_URL = "redis://:hunter2secret@127.0.0.1:1/0"
    assert "does not answer" in to_mend("queue")
    assert "hunter2secret" not in str(found("queue"))


def test_the_check_leaves_no_file_behind(folder: Path) -> None:
    diagnose()
    assert list((folder / "queue").iterdir()) == []


@pytest.mark.usefixtures("healthy")
def test_mailers_are_named_without_their_secrets(settings: Settings) -> None:
    settings.MAILER_SETTINGS = dict.fromkeys(
        ("transactional", "bulk"), parse_mailer_url(SECRET_URL)
    )
    said = str(diagnose())
    assert "smtp" in said
    assert "hunter2secret" not in said


@pytest.mark.parametrize(
    ("is_misconfigured", "level"),
    [(False, Level.LOOK), (True, Level.MEND)],
    ids=["resting", "misconfigured"],
)
def test_a_mailer_that_takes_nothing_is_named_with_the_reason(
    db: None, is_misconfigured: bool, level: Level
) -> None:
    later = timezone.now() + timedelta(minutes=5)
    reason = "HTTP 401: bad key"
    MailerHealth.objects.create(
        mailer="inbox",
        rests_until=later,
        is_misconfigured=is_misconfigured,
        reason=reason,
        changed_at=later,
    )

    [finding] = found("mailers")

    assert finding.level is level
    assert (
        finding.message
        == f"The mailer inbox is not used for campaigns until {later:%H:%M:%S} UTC: {reason}"
    )


def test_one_stream_in_the_inbox_while_the_other_sends_is_a_fault(settings: Settings) -> None:
    settings.MAILER_SETTINGS = {**settings.MAILER_SETTINGS, "bulk": parse_mailer_url(SECRET_URL)}
    assert "One stream sends real email" in to_mend("mail")


def test_links_to_this_machine_in_mail_that_leaves_are_a_fault(settings: Settings) -> None:
    settings.MAILER_SETTINGS = dict.fromkeys(
        ("transactional", "bulk"), parse_mailer_url(SECRET_URL)
    )
    assert "SITE_URL" in to_mend("mail")


def test_a_site_without_tls_is_a_fault(settings: Settings) -> None:
    settings.SITE_URL = "http://lists.example.org"
    assert "https" in to_mend("mail")


def a_campaign(topic: Topic, status: CampaignStatus, **columns: object) -> Campaign:
    return Campaign.objects.create(name="A campaign", topic=topic, status=status, **columns)


def test_a_campaign_that_nobody_starts_shows_a_dead_clock(topic: Topic) -> None:
    a_campaign(topic, CampaignStatus.SCHEDULED, scheduled_at=timezone.now() - timedelta(minutes=10))
    assert "has been due to start" in to_mend("clock")


def test_a_campaign_that_waits_for_its_hour_is_no_fault(topic: Topic) -> None:
    a_campaign(topic, CampaignStatus.SCHEDULED, scheduled_at=timezone.now() + timedelta(days=1))
    assert to_mend("clock") == ""


def test_a_sending_campaign_without_workers_is_found(topic: Topic, ada: Subscriber) -> None:
    campaign = a_campaign(
        topic, CampaignStatus.SENDING, launched_at=timezone.now() - timedelta(minutes=10)
    )
    delivery = Delivery.objects.create(campaign=campaign, subscriber=ada, language="en")
    assert "has made no progress" in to_mend("clock")
    Delivery.objects.filter(pk=delivery.pk).update(retry_at=timezone.now() + timedelta(hours=1))
    assert to_mend("clock") == ""  # it waits, because the mailer asked for that


def test_where_no_mailer_works_it_is_that_and_not_the_clock(
    topic: Topic, ada: Subscriber, settings: Settings
) -> None:
    campaign = a_campaign(
        topic, CampaignStatus.SENDING, launched_at=timezone.now() - timedelta(minutes=10)
    )
    Delivery.objects.create(campaign=campaign, subscriber=ada, language="en")
    later = timezone.now() + timedelta(minutes=5)
    MailerHealth.objects.create(
        mailer="inbox", rests_until=later, reason="refused", changed_at=later
    )

    assert (
        to_mend("mailers")
        == "No mailer works, and a campaign has been waiting for more than 2 minutes."
    )
    assert to_mend("clock") == ""
    MailerHealth.objects.update(reason=USED_UP)
    assert to_mend("mailers") == ""
    settings.BULK_MAILERS, settings.MAILER_SETTINGS = (
        ["bulk", "bulk-2"],
        {**settings.MAILER_SETTINGS, "bulk-2": parse_mailer_url("inbox://?name=spare")},
    )
    assert to_mend("mailers") == ""
    MailerHealth.objects.create(
        mailer="spare", rests_until=later, reason="refused", changed_at=later
    )
    assert (
        to_mend("mailers")
        == "No mailer works, and a campaign has been waiting for more than 2 minutes."
    )


def test_a_claim_that_ran_out_is_found(topic: Topic, ada: Subscriber) -> None:
    campaign = a_campaign(topic, CampaignStatus.PAUSED)
    ended = timezone.now() - timedelta(minutes=10)
    Delivery.objects.create(
        campaign=campaign,
        subscriber=ada,
        language="en",
        status=DeliveryStatus.CLAIMED,
        claim_token=uuid.uuid4(),
        lease_until=ended,
    )
    assert "expired claim" in to_mend("clock")


def test_a_single_message_that_waits_is_found() -> None:
    message = TransactionalMessage.objects.create(kind="confirmation", digest="0" * 64)
    assert to_mend("clock") == ""
    TransactionalMessage.objects.filter(pk=message.pk).update(
        created_at=timezone.now() - timedelta(minutes=10)
    )
    assert "single message has been waiting" in to_mend("clock")
    TransactionalMessage.objects.create(
        kind="confirmation",
        digest="1" * 64,
        reason="421 try later",
        retry_at=timezone.now() + timedelta(minutes=1),
    )
    assert to_mend("clock") == ""
    assert (
        to_mend("messages")
        == "Single messages are waiting, and the last attempt failed: 421 try later"
    )


def test_a_filled_in_form_that_nobody_saw_to_is_found() -> None:
    form = FormSubmission.objects.create(
        kind=SubmissionKind.values[0],
        email="ada@example.org",
        digest="0" * 64,
        method=ConsentMethod.FORM,
    )
    assert to_mend("clock") == ""
    FormSubmission.objects.filter(pk=form.pk).update(
        received_at=timezone.now() - timedelta(minutes=10)
    )
    assert "sign-up form has been waiting" in to_mend("clock")


def test_uncertain_deliveries_are_worth_a_look_and_say_how_they_are_settled(topic: Topic) -> None:
    campaign = a_campaign(topic, CampaignStatus.SENT)
    DeliveryTally.objects.create(campaign=campaign, status=DeliveryStatus.UNCERTAIN, number=3)
    [finding] = found("uncertain")
    assert finding.level is Level.LOOK
    assert f"resolve_uncertain {campaign.pk}" in finding.message


def test_of_many_campaigns_the_newest_are_named_and_the_others_counted(topic: Topic) -> None:
    sent = [a_campaign(topic, CampaignStatus.SENT) for _ in range(NAMED + 2)]
    DeliveryTally.objects.bulk_create(
        DeliveryTally(campaign=one, status=DeliveryStatus.UNCERTAIN, number=1) for one in sent
    )
    for _ in range(NAMED + 3):
        a_campaign(topic, CampaignStatus.PAUSED)

    uncertain, paused = found("uncertain"), found("paused")

    assert f"resolve_uncertain {sent[-1].pk} " in uncertain[0].message
    assert (len(uncertain), uncertain[-1].message) == (
        NAMED + 1,
        "2 older campaigns also have uncertain deliveries.",
    )
    assert (len(paused), paused[-1].message) == (NAMED + 1, "3 older campaigns are also paused.")


def test_a_paused_campaign_says_why(topic: Topic) -> None:
    a_campaign(topic, CampaignStatus.PAUSED, pause_reason="The mailer refuses us")
    assert "The mailer refuses us" in found("paused")[0].message


@pytest.mark.django_db(transaction=True)
def test_a_database_without_tables_is_named_and_nothing_else_is_asked_of_it() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'campaigns'")
    try:
        findings = diagnose()
    finally:
        call_command("migrate", "campaigns", fake=True, verbosity=0)
    assert "manage.py migrate" in " ".join(
        finding.message for finding in findings if finding.level is Level.MEND
    )
    assert "brand" not in {finding.check for finding in findings}

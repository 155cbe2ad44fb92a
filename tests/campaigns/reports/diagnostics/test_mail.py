"""Checks of mailers: their settings, their rests, and whether any works."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.models import Campaign, Delivery
from campaigns.reports.diagnostics.diagnose import diagnose
from campaigns.reports.diagnostics.finding import Level
from campaigns.reports.diagnostics.mail import FAILURES_OF_A_WHILE
from campaigns.states import CampaignStatus
from newsletter.models import MailerHealth
from newsletter.transport.pacing.choose_mailer import PROBE
from newsletter.transport.pacing.warm_up import USED_UP
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from subscribers.models import Subscriber, Topic
from tests.campaigns.reports.diagnostics.findings import (
    NOW,
    REASON,
    a_campaign,
    ago,
    found,
    seen,
    to_mend,
)

pytestmark = pytest.mark.django_db

SECRET_URL = "smtp://user:hunter2secret@mail.example.org:587"


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


@pytest.mark.thorough(sample=3)
@pytest.mark.parametrize(
    ("hosts", "is_fine"),
    [
        (["lists.example.org"], True),
        ([".example.org"], True),
        (["*"], True),
        (["LISTS.example.org"], True),
        (["localhost"], False),
        (["example.org"], False),
    ],
)
def test_a_site_whose_own_host_is_not_answered_is_a_fault(
    settings: Settings, hosts: list[str], is_fine: bool
) -> None:
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://lists.example.org:8443", hosts
    assert ("ALLOWED_HOSTS" not in to_mend("mail", now=NOW)) == is_fine


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
    settings.BULK_MAILERS = ["bulk", "bulk-2"]
    settings.MAILER_SETTINGS = {
        **settings.MAILER_SETTINGS,
        "bulk-2": parse_mailer_url("inbox://?name=spare"),
    }
    assert to_mend("mailers") == ""
    MailerHealth.objects.create(
        mailer="spare", rests_until=later, reason="refused", changed_at=later
    )
    assert (
        to_mend("mailers")
        == "No mailer works, and a campaign has been waiting for more than 2 minutes."
    )


@pytest.fixture
def waiting(topic: Topic, ada: Subscriber) -> Campaign:
    """A campaign that waits for its mailer, which was tried not long ago."""
    campaign = Campaign.objects.create(
        name="A campaign", topic=topic, status=CampaignStatus.SENDING, launched_at=ago(hours=1)
    )
    Delivery.objects.create(
        campaign=campaign, subscriber=ada, language="en", retry_at=ago(minutes=30)
    )
    return campaign


def trouble(*, rests_until: datetime, failures: int = 9, is_misconfigured: bool = False) -> None:
    MailerHealth.objects.update_or_create(
        mailer="inbox",
        defaults={
            "rests_until": rests_until,
            "failures": failures,
            "is_misconfigured": is_misconfigured,
            "reason": REASON,
            "changed_at": NOW,
        },
    )


def test_a_mailer_that_fails_again_and_again_is_found_at_every_moment_of_its_rests(
    waiting: Campaign,
) -> None:
    """The mailer rests, its rest is over, it is tried, and it rests again.

    Each attempt is a claim.
    """
    found = []
    for rests_until, last_claim in [
        (NOW + timedelta(minutes=10), ago(minutes=5)),
        (NOW + timedelta(seconds=1), ago(minutes=15)),
        (NOW - timedelta(seconds=4), ago(minutes=15)),
        (NOW + PROBE, NOW),
        (NOW + timedelta(minutes=15), ago(seconds=1)),
    ]:
        trouble(rests_until=rests_until)
        Campaign.objects.update(last_claim_at=last_claim)
        found.append(seen("mailers", "clock", now=NOW))
    assert found == [{("mailers", Level.LOOK), ("mailers", Level.MEND)}] * 5


def test_a_mailer_that_has_just_failed_once_is_worth_a_look_alone(waiting: Campaign) -> None:
    trouble(rests_until=NOW + timedelta(seconds=15), failures=FAILURES_OF_A_WHILE - 1)
    Campaign.objects.update(last_claim_at=NOW)
    assert seen("mailers", "clock", now=NOW) == {("mailers", Level.LOOK)}


def test_workers_that_don_t_try_a_mailer_whose_rest_is_over_are_to_blame(waiting: Campaign) -> None:
    trouble(rests_until=ago(minutes=10))
    Campaign.objects.update(last_claim_at=ago(minutes=30))
    assert "has made no progress" in to_mend("clock", now=NOW)


@pytest.mark.parametrize("since", [timedelta(minutes=-5), timedelta(minutes=5), timedelta(days=3)])
def test_a_mailer_that_refuses_us_is_told_until_it_has_taken_something(since: timedelta) -> None:
    """The campaign is paused, so nobody tries the mailer, and waiting corrects no wrong key."""
    trouble(rests_until=NOW - since, is_misconfigured=True)
    assert REASON in to_mend("mailers", now=NOW)


def test_a_mailer_that_nobody_needed_since_a_short_disturbance_is_no_finding(db: None) -> None:
    trouble(rests_until=ago(days=2), failures=1)
    assert found("mailers", now=NOW) == []


def test_what_a_mailer_said_stands_apart_from_our_own_words(waiting: Campaign) -> None:
    trouble(rests_until=NOW + timedelta(minutes=5))
    [finding] = [each for each in found("mailers", now=NOW) if each.about == "inbox"]
    assert finding.quote == REASON
    assert REASON not in finding.words
    assert finding.message == f"{finding.words} {REASON}"

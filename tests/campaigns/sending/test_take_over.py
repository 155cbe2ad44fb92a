"""A later version: it takes over whoever was never tried, once, and leaves the others alone."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.audience.resolve import Estimate, estimate
from campaigns.content.edit_content import save_content
from campaigns.content.later_version import write_later_version
from campaigns.models import Audience, Campaign, CampaignContent, Delivery
from campaigns.reports.totals import recount, totals
from campaigns.review.approval import approve
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.claims.claim import claim
from campaigns.sending.claims.recover import recover_expired, repeat_by_key
from campaigns.sending.claims.settle import settle
from campaigns.sending.content_language import recipients_by_language
from campaigns.sending.launch import CannotLaunch, launch_now
from campaigns.sending.pause_cancel_undo import cancel, pause, resume
from campaigns.sending.send import send_batch
from campaigns.states import CampaignStatus, DeliveryStatus
from newsletter.core.db.clock import database_now
from newsletter.models import InboxMessage
from newsletter.transport.providers.mailer_urls import parse_mailer_url
from newsletter.transport.results.result import Outcome, Result
from subscribers.models import Subscriber, Suppression
from subscribers.states import SuppressionReason, SuppressionScope
from tests.campaigns.sending.test_together import together

pytestmark = pytest.mark.services


def write_anew(campaign: Campaign, subject: str = "Mended") -> Campaign:
    """Write and approve a later version, in the campaign's own language."""
    later = write_later_version(campaign)
    blocks = [{"type": "heading", "text": subject}]
    save_content(later, language="en", subject=subject, preheader="", blocks=blocks)
    approve(later, by="Sam")
    return later


def add_up(*campaigns: Campaign) -> bool:
    for each in campaigns:
        each.refresh_from_db()
    return all(totals(each) == recount(each) and totals(each).adds_up for each in campaigns)


@pytest.fixture
def paused(sending: Campaign) -> Campaign:
    """A campaign to five, of whom two were sent to and one waits for a second attempt."""
    claimed = claim(sending.pk, size=3)
    results = [Result(Outcome.ACCEPTED), Result(Outcome.ACCEPTED), Result(Outcome.LATER)]
    settle(claimed, dict(zip((one.pk for one in claimed.deliveries), results, strict=True)))
    pause(sending.pk)
    sending.refresh_from_db()
    return sending


def test_who_was_never_tried_gets_the_later_version_and_nobody_else(paused: Campaign) -> None:
    everybody = set(Delivery.objects.values_list("subscriber_id", flat=True))
    later = launch_now(write_anew(paused))

    assert add_up(paused, later)
    assert (paused.candidates, later.candidates) == (3, 2)
    held = [
        set(each.deliveries.values_list("subscriber_id", flat=True)) for each in (paused, later)
    ]
    assert held[0] | held[1] == everybody
    assert not held[0] & held[1]
    send_batch(later.pk)
    later.refresh_from_db()
    assert totals(later).accepted == 2
    assert set(InboxMessage.objects.values_list("subject", flat=True)) == {"Mended"}


def test_whoever_was_tried_before_keeps_the_version_of_the_first_attempt(paused: Campaign) -> None:
    launch_now(write_anew(paused))
    paused.refresh_from_db()
    assert paused.status == CampaignStatus.PAUSED
    assert "The rest goes on as" in paused.pause_reason

    Delivery.objects.filter(campaign=paused).update(retry_at=None)
    resume(paused.pk)
    send_batch(paused.pk)
    advance_campaigns()
    paused.refresh_from_db()
    assert paused.status == CampaignStatus.SENT
    assert "Mended" not in InboxMessage.objects.values_list("subject", flat=True)
    assert add_up(paused)


def test_an_earlier_version_with_nobody_left_is_finished(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=1)
    settle(claimed, {claimed.deliveries[0].pk: Result(Outcome.ACCEPTED)})
    pause(sending.pk)
    later = launch_now(write_anew(sending))
    advance_campaigns()

    sending.refresh_from_db()
    assert sending.status == CampaignStatus.SENT
    assert add_up(sending, later)


def test_a_row_that_a_worker_holds_stays_with_the_version_that_it_holds(sending: Campaign) -> None:
    claimed = claim(sending.pk, size=2)
    pause(sending.pk)
    later = launch_now(write_anew(sending))
    settle(claimed, {one.pk: Result(Outcome.ACCEPTED) for one in claimed.deliveries})

    assert add_up(sending, later)
    assert totals(sending).accepted == 2
    assert totals(later).planned == 3


def test_nothing_in_doubt_of_an_earlier_version_is_sent_again_by_its_key(
    sending: Campaign, settings: Settings
) -> None:
    resend = parse_mailer_url("resend://:key@")
    settings.MAILER_SETTINGS = {**settings.MAILER_SETTINGS, "bulk": resend}
    claimed = claim(sending.pk, size=1, mailer="resend")
    pause(sending.pk)
    unknown = Result(Outcome.UNKNOWN, reason="no answer", mailer="resend")
    settle(claimed, {claimed.deliveries[0].pk: unknown})
    later = launch_now(write_anew(sending))
    soon = timezone.now() + timedelta(minutes=5)
    advance_campaigns()

    assert repeat_by_key(now=soon) == 0
    assert add_up(sending, later)
    assert sending.status == CampaignStatus.PAUSED
    assert "until you resume" in sending.pause_reason
    assert totals(sending).uncertain == 1

    resume(sending.pk)
    assert repeat_by_key(now=soon) == 1, "a person decided so"


def test_what_a_stalled_host_gives_back_of_an_earlier_version_waits_for_a_person(
    sending: Campaign,
) -> None:
    claimed = claim(sending.pk, size=2)
    recover_expired(now=database_now() + django_settings.CLAIM_LEASE * 2)
    pause(sending.pk)
    later = launch_now(write_anew(sending))
    advance_campaigns()
    settle(claimed, {})  # nothing of it was begun
    advance_campaigns()
    send_batch(sending.pk)

    assert add_up(sending, later)
    assert sending.status == CampaignStatus.PAUSED
    assert (totals(sending).planned, totals(later).candidates) == (2, 3)
    assert InboxMessage.objects.exclude(subject="Mended").count() == 0

    resume(sending.pk)
    send_batch(sending.pk)
    assert totals(sending).accepted == 2, "and nobody is lost"


def test_a_draft_of_a_later_version_changes_nothing_until_it_is_sent(paused: Campaign) -> None:
    later = write_anew(paused)
    assert add_up(paused)
    resume(paused.pk)
    send_batch(paused.pk)

    with pytest.raises(CannotLaunch, match="is being sent"):
        launch_now(later)
    later.refresh_from_db()
    assert later.deliveries.count() == 0
    assert add_up(paused)


@pytest.mark.parametrize("end", [cancel, resume], ids=["cancelled", "resumed"])
def test_a_later_version_whose_earlier_one_has_ended_goes_back_to_draft(
    sending: Campaign, end: Callable[[int], bool], caplog: pytest.LogCaptureFixture
) -> None:
    pause(sending.pk)
    later = write_anew(sending)
    scheduled = Campaign.objects.filter(pk=later.pk)
    scheduled.update(status=CampaignStatus.SCHEDULED, scheduled_at=sending.launched_at)
    end(sending.pk)
    advance_campaigns()

    later.refresh_from_db()
    assert later.status == CampaignStatus.DRAFT
    assert sending.name in later.pause_reason
    assert f"Campaign {later.pk} is a draft again" in caplog.text
    assert sending.name not in caplog.text, "logs name no campaign"
    assert later.deliveries.count() == 0
    assert add_up(sending)


def test_a_later_version_may_be_paused_and_written_anew_itself(paused: Campaign) -> None:
    second = launch_now(write_anew(paused))
    claimed = claim(second.pk, size=1)
    settle(claimed, {claimed.deliveries[0].pk: Result(Outcome.ACCEPTED)})
    pause(second.pk)
    third = launch_now(write_anew(second, "Mended twice"))

    assert third.name == second.name == f"{paused.name} (new version)"
    assert add_up(paused, second, third)
    assert [each.candidates for each in (paused, second, third)] == [3, 1, 1]


def test_who_has_left_meanwhile_is_skipped_and_counted(sending: Campaign) -> None:
    pause(sending.pk)
    left = Delivery.objects.order_by("-pk")[0]
    assert left.subscriber is not None
    left.subscriber.subscriptions.update(status="unsubscribed")
    later = launch_now(write_anew(sending))
    send_batch(later.pk)

    later.refresh_from_db()
    assert (totals(later).skipped, totals(later).accepted) == (1, 4)
    assert add_up(later)


def test_the_pages_of_a_later_version_say_how_many_will_get_it(
    sending: Campaign,
) -> None:
    pause(sending.pk)
    gone, blocked, *_ = Delivery.objects.order_by("-pk").select_related("subscriber")
    assert gone.subscriber
    assert blocked.subscriber
    gone.subscriber.subscriptions.update(status="unsubscribed")
    Suppression.objects.create(
        digest=blocked.subscriber.digest,
        reason=SuppressionReason.HARD_BOUNCE,
        scope=SuppressionScope.ALL,
    )
    # Where they live counted when the earlier version started.
    Audience.objects.filter(campaign=sending).update(countries=["RO"])
    later = write_anew(sending)

    expected = Estimate(receive=3, left_out={"unsubscribed": 1, "suppressed": 1})
    assert estimate(later) == expected
    assert sum(sum(each.values()) for each in recipients_by_language(later).values()) == 3
    launch_now(later)
    send_batch(later.pk)
    assert (totals(later).accepted, totals(later).skipped) == (3, 2)


def test_each_gets_the_later_version_in_their_language(sending: Campaign) -> None:
    pause(sending.pk)
    french = Delivery.objects.order_by("-pk")[0].subscriber
    assert french is not None
    Subscriber.objects.filter(pk=french.pk).update(language="fr-CA")
    later = write_later_version(sending)
    blocks = [{"type": "heading", "text": "Corrigé"}]
    save_content(later, language="fr", subject="Corrigé", preheader="", blocks=blocks)
    approve(later, by="Sam")
    launch_now(later)

    languages = dict(later.deliveries.values_list("subscriber_id", "language"))
    assert languages.pop(french.pk) == "fr"
    assert set(languages.values()) == {"en"}


def test_the_content_that_was_sent_stays_as_it_was(paused: Campaign) -> None:
    before = CampaignContent.objects.get(campaign=paused, language="en")
    launch_now(write_anew(paused))
    after = CampaignContent.objects.get(campaign=paused, language="en")
    assert (after.subject, after.blocks, after.rendered_html) == (
        before.subject,
        before.blocks,
        before.rendered_html,
    )


def test_of_two_launches_and_a_resume_at_once_each_is_written_to_once(
    transactional_db: None, paused: Campaign
) -> None:
    later = write_anew(paused)
    Delivery.objects.filter(campaign=paused).update(retry_at=None)
    together(
        lambda: launch_now(later),
        lambda: resume(paused.pk),
        lambda: launch_now(later),
        lambda: send_batch(paused.pk),
    )
    for each in (paused, later):
        send_batch(each.pk)

    assert add_up(paused, later)
    recipients = list(InboxMessage.objects.values_list("recipient", flat=True))
    assert len(recipients) == len(set(recipients))
    assert not Delivery.objects.filter(status=DeliveryStatus.CLAIMED).exists()

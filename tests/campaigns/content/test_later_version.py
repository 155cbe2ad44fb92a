"""Writing a paused campaign anew: what the draft has of the earlier version, and what is fixed."""

import pytest
from pytest_django.fixtures import Settings

from campaigns.audience.resolve import estimate, receivers_of
from campaigns.content.check_content import MAXIMUM_NAME, ContentError
from campaigns.content.edit import save_audience, save_details
from campaigns.content.fingerprint import fingerprint
from campaigns.content.later_version import CannotWriteAnew, write_later_version
from campaigns.models import Audience, Campaign
from campaigns.review.approval import CannotApprove, approve
from campaigns.review.finding import PreflightFinding
from campaigns.review.preflight import preflight
from campaigns.sending.claims.claim import claim
from campaigns.sending.pause_cancel_undo import cancel, pause, resume
from campaigns.states import CampaignStatus
from newsletter.audit.actor import Actor, ActorKind, acting
from subscribers.models import Topic


def words(findings: list[PreflightFinding]) -> str:
    return " ".join(finding.message for finding in findings)


@pytest.fixture
def paused(sending: Campaign) -> Campaign:
    claim(sending.pk, size=2)
    pause(sending.pk)
    sending.refresh_from_db()
    return sending


def test_the_draft_has_the_texts_and_the_purpose_of_the_earlier_version(paused: Campaign) -> None:
    later = write_later_version(paused)
    assert later.status == CampaignStatus.DRAFT
    assert later.earlier_version == paused
    same = (
        "kind",
        "topic_id",
        "event_id",
        "step",
        "language",
        "archive_access",
        "carries_calendar",
    )
    assert [getattr(later, name) for name in same] == [getattr(paused, name) for name in same]
    texts = ("language", "subject", "preheader", "blocks")
    assert list(later.contents.values(*texts)) == list(paused.contents.values(*texts))
    assert not later.contents.exclude(rendered_at=None).exists()


def test_its_audience_is_whoever_was_never_tried(paused: Campaign) -> None:
    later = write_later_version(paused)
    assert estimate(later).receive == receivers_of(later).count() == 3
    assert estimate(later).left_out == {}


def test_audience_topic_and_event_are_fixed(paused: Campaign) -> None:
    later = write_later_version(paused)
    other = Topic.objects.create(slug="other", name="Other", description="Other.")
    with pytest.raises(ContentError, match="earlier"):
        save_audience(later, countries=["NZ"], languages=[])
    with pytest.raises(ContentError, match="earlier"):
        save_details(later, topic=other)
    with pytest.raises(ContentError, match="earlier"):
        save_details(later, event=None)
    assert save_details(later, name="Mended").name == "Mended"
    assert not Audience.objects.get(campaign=later).countries


def test_pressed_twice_it_is_one_draft_and_one_that_was_cancelled_may_be_followed(
    paused: Campaign,
) -> None:
    later = write_later_version(paused)
    assert write_later_version(paused) == later
    cancel(later.pk)
    assert write_later_version(paused) != later


def test_only_a_paused_campaign_with_somebody_left_is_written_anew(
    draft: Campaign, sending: Campaign
) -> None:
    with pytest.raises(CannotWriteAnew, match="paused"):
        write_later_version(sending)
    claim(sending.pk, size=9)
    pause(sending.pk)
    with pytest.raises(CannotWriteAnew, match="Nobody is left"):
        write_later_version(sending)


def test_what_is_approved_covers_whose_rest_it_goes_to(paused: Campaign) -> None:
    later = write_later_version(paused)
    before = fingerprint(later)
    Campaign.objects.filter(pk=later.pk).update(earlier_version=None)
    later.refresh_from_db()
    assert fingerprint(later) != before


def test_preflight_says_whether_anybody_is_left_to_take_over(paused: Campaign) -> None:
    later = write_later_version(paused)
    assert "earlier version" not in words(preflight(later))
    resume(paused.pk)
    assert "Pause it" in words(preflight(Campaign.objects.get(pk=later.pk)))
    cancel(paused.pk)
    assert "Nobody would get" in words(preflight(Campaign.objects.get(pk=later.pk)))


def test_a_long_name_keeps_its_ending(paused: Campaign) -> None:
    Campaign.objects.filter(pk=paused.pk).update(name="x" * MAXIMUM_NAME)
    later = write_later_version(paused)
    assert len(later.name) == MAXIMUM_NAME
    assert later.name.endswith("x (new version)")


def test_whoever_wrote_the_earlier_version_is_an_author_of_the_later_one(
    paused: Campaign, settings: Settings
) -> None:
    settings.SELF_APPROVAL = False
    wanda = Actor(ActorKind.ACCOUNT, name="Wanda", account_id=1)
    Campaign.objects.filter(pk=paused.pk).update(authors=[wanda.key])
    with acting(lambda: Actor(ActorKind.ACCOUNT, name="Bob", account_id=2)):
        later = write_later_version(Campaign.objects.get(pk=paused.pk))
    assert Campaign.objects.get(pk=later.pk).authors == [wanda.key, "account:2"]
    with acting(lambda: wanda), pytest.raises(CannotApprove, match="have written"):
        approve(later, by="Wanda")

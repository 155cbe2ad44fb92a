"""The command approve_campaign: the operator is an actor like any other."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from campaigns.audit_actions import CampaignAuditAction
from campaigns.content.fingerprint import fingerprint
from campaigns.content.translations.start import start_from_source
from campaigns.models import Campaign, CampaignContent, Review
from campaigns.review.comments import add_comment
from campaigns.states import CampaignStatus
from newsletter.audit.actor import operator
from newsletter.models import AuditEntry
from tests.campaigns.conftest import MakeFollowers
from tests.staff_members import run_by

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def own(draft: Campaign, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """A draft in which the operator has written."""
    run_by(monkeypatch, "sam")
    Campaign.objects.filter(pk=draft.pk).update(authors=["operator:sam (command line)"])
    return draft


def test_another_operator_approves_without_a_second_factor_and_the_review_says_so(
    own: Campaign, followers: MakeFollowers, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    followers(1)
    settings.SELF_APPROVAL = False
    run_by(monkeypatch, "ria")

    said = run("approve_campaign", str(own.pk), "--note", "Read twice.")

    assert said == (
        f"Campaign {own.pk} is approved without a second step at sign-in. To send it, run: "
        f"manage.py launch_campaign {own.pk}\n"
    )
    review = Review.objects.get()
    assert (review.by, review.note) == ("ria (command line)", "Read twice.")
    assert (review.by_author, review.second_factor) == (False, False)
    own.refresh_from_db()
    assert own.status == CampaignStatus.APPROVED


def test_an_author_can_not_approve_on_the_command_line_either(
    own: Campaign, followers: MakeFollowers, settings: Settings
) -> None:
    followers(1)
    settings.SELF_APPROVAL = False

    with pytest.raises(CommandError, match="somebody else must approve it"):
        run("approve_campaign", str(own.pk))

    assert not Review.objects.exists()


def test_a_version_that_isnt_complete_is_left_out_where_the_operator_says_so(
    draft: Campaign, followers: MakeFollowers
) -> None:
    followers(1)
    start_from_source(draft, language="es")
    with pytest.raises(CommandError, match="Spanish version isn’t complete.*--accept-fallback"):
        run("approve_campaign", str(draft.pk))

    assert "Not sent, as they aren't complete: Spanish. To send it" in run(
        "approve_campaign", str(draft.pk), "--accept-fallback"
    )
    accepted = AuditEntry.objects.get(action=CampaignAuditAction.FALLBACK_ACCEPTED)
    assert accepted.actor_name == operator().name
    run("launch_campaign", str(draft.pk), "--now")
    assert draft.contents.get(language="es").falls_back


def test_the_option_changes_nothing_where_all_is_complete(
    draft: Campaign, followers: MakeFollowers
) -> None:
    followers(1)
    assert "Not sent" not in run("approve_campaign", str(draft.pk), "--accept-fallback")
    assert "Not sent" not in run("launch_campaign", str(draft.pk), "--accept-fallback")
    assert not AuditEntry.objects.filter(action=CampaignAuditAction.FALLBACK_ACCEPTED).exists()


def test_what_became_incomplete_after_the_approval_can_be_left_out_at_the_launch(
    draft: Campaign, followers: MakeFollowers
) -> None:
    """Of an email in two languages that was approved before events had texts in them."""
    followers(1)
    blocks = draft.contents.get().blocks
    CampaignContent.objects.create(campaign=draft, language="es", subject="Hola", blocks=blocks)
    Campaign.objects.filter(pk=draft.pk).update(status=CampaignStatus.APPROVED)
    draft.refresh_from_db()
    draft.reviews.create(fingerprint=fingerprint(draft), decision="approved", by="Ria")
    with pytest.raises(CommandError, match="Spanish version isn’t complete.*--accept-fallback"):
        run("launch_campaign", str(draft.pk))
    assert "Spanish." in run("launch_campaign", str(draft.pk), "--accept-fallback")
    assert draft.contents.get(language="es").falls_back
    with pytest.raises(CommandError, match="Nothing was accepted. This campaign is scheduled"):
        run("launch_campaign", str(draft.pk), "--accept-fallback")


def test_where_authors_may_approve_the_review_and_the_log_tell_it_for_good(
    own: Campaign, followers: MakeFollowers, settings: Settings
) -> None:
    followers(1)
    settings.SELF_APPROVAL = True

    assert "approved by its author and without a second step at sign-in" in run(
        "approve_campaign", str(own.pk)
    )

    assert Review.objects.get().by_author
    entry = AuditEntry.objects.get(action=CampaignAuditAction.APPROVED)
    assert entry.actor_name == "sam (command line)"
    assert entry.details == {"by_author": True, "second_factor": False}
    assert "approved by sam (command line), as an author of this campaign" in run(
        "campaign_status", str(own.pk)
    )


def test_it_says_how_many_open_comments_it_closes(
    draft: Campaign, followers: MakeFollowers
) -> None:
    followers(1)
    add_comment(draft, language="en", part="@subject", text="Shorter.")
    assert "Comments that were open are closed: 1." in run("approve_campaign", str(draft.pk))
    assert draft.comments.get().ending == "approved"


def test_whoever_creates_a_campaign_by_command_is_its_author(
    draft: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_by(monkeypatch, "sam")
    file = tmp_path / "campaign.json"
    content = {"subject": "You are invited", "blocks": []}
    data = {"name": "By command", "topic": draft.topic.slug, "contents": {"en": content}}
    file.write_text(json.dumps(data), encoding="utf-8")

    made = Campaign.objects.get(pk=int(run("create_campaign", str(file))))

    assert made.authors == ["operator:sam (command line)"]


def test_an_author_who_launches_a_draft_is_told_that_somebody_else_must_approve_it(
    own: Campaign, followers: MakeFollowers, settings: Settings
) -> None:
    followers(1)
    settings.SELF_APPROVAL = False
    with pytest.raises(CommandError, match="somebody else must approve it. They do so on its"):
        run("launch_campaign", str(own.pk))
    settings.SELF_APPROVAL = True
    with pytest.raises(CommandError, match=f"To approve it, run: manage.py approve_.* {own.pk}"):
        run("launch_campaign", str(own.pk))


@pytest.mark.parametrize("name", ["LOGNAME", "USER", "SUDO_USER"])
def test_an_operator_is_nobody_else_by_what_the_environment_says(
    name: str, own: Campaign, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SELF_APPROVAL = False
    monkeypatch.setenv(name, "ria")
    with pytest.raises(CommandError):
        run("approve_campaign", str(own.pk))
    assert current_name().startswith("sam (command line)")
    assert not Review.objects.exists()


def current_name() -> str:
    return operator().name

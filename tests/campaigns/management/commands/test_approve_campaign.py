"""The command approve_campaign: the operator is an actor like any other."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from campaigns.audit_actions import CampaignAuditAction
from campaigns.models import Campaign, Review
from campaigns.states import CampaignStatus
from newsletter.models import AuditEntry
from tests.campaigns.conftest import MakeFollowers

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def own(draft: Campaign, monkeypatch: pytest.MonkeyPatch) -> Campaign:
    """A draft in which the operator has written."""
    monkeypatch.setenv("LOGNAME", "sam")
    Campaign.objects.filter(pk=draft.pk).update(authors=["operator:sam (command line)"])
    return draft


def test_another_operator_approves_without_a_second_factor_and_the_review_says_so(
    own: Campaign, followers: MakeFollowers, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    followers(1)
    settings.SELF_APPROVAL = False
    monkeypatch.setenv("LOGNAME", "ria")

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


def test_whoever_creates_a_campaign_by_command_is_its_author(
    draft: Campaign, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "sam")
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

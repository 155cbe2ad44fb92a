"""What is done to a campaign has a line in the log, with its number and no name."""

import logging
from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from campaigns.models import Campaign
from campaigns.review.approval import approve
from campaigns.sending.advance import advance_campaigns
from campaigns.sending.launch import launch
from campaigns.sending.pause_cancel_undo import cancel, pause, resume, undo
from campaigns.sending.send import send_batch
from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.models import Brand
from tests.campaigns.conftest import MakeFollowers

AUDIT = "newsletter.audit.record"


def said(caplog: pytest.LogCaptureFixture, *loggers: str) -> list[tuple[str, object]]:
    """Return what was done, and to which campaign."""
    return [
        (vars(record).get("action", record.getMessage()), vars(record).get("campaign"))
        for record in caplog.records
        if record.name in loggers and record.levelno == logging.INFO
    ]


def test_a_campaign_s_way_is_told_from_launch_to_finish(
    sam: User,
    draft: Campaign,
    followers: MakeFollowers,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    followers(3)
    approve(draft, by="Sam")
    ours = (
        AUDIT,
        "campaigns.sending.freeze",
        "campaigns.sending.finish",
        "campaigns.sending.claims.claims_in_flight",
    )
    publisher = Actor(ActorKind.ACCOUNT, "sam@example.org", sam.pk)
    with caplog.at_level(logging.INFO), django_capture_on_commit_callbacks(execute=True):
        with acting(lambda: publisher):
            launch(draft)
            undo(draft.pk)
            launch(draft)
        Campaign.objects.update(scheduled_at=timezone.now() - timedelta(seconds=1))
        advance_campaigns()
        pause(draft.pk)
        resume(draft.pk)
        send_batch(draft.pk)
        advance_campaigns()

    number = str(draft.pk)
    assert sorted(said(caplog, *ours), key=str) == sorted(
        [
            ("campaign.launched", number),
            ("campaign.undone", number),
            ("campaign.launched", number),
            (f"Campaign {number} is frozen, and sending begins: 3 recipients, 0 skipped", None),
            ("campaign.paused", number),
            ("campaign.resumed", number),
            ("3 deliveries are claimed; 0 more are planned", draft.pk),
            (f"Campaign {number} is sent: no delivery is open", None),
        ],
        key=str,
    )
    assert {vars(r).get("actor") for r in caplog.records if r.name == AUDIT} == {sam.pk, None}
    assert not [r for r in caplog.records if "@" in r.getMessage() or draft.name in r.getMessage()]


def test_what_is_rolled_back_has_no_line(
    sending: Campaign,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with caplog.at_level(logging.INFO), django_capture_on_commit_callbacks():
        cancel(sending.pk)
    assert not said(caplog, AUDIT)


def test_a_sign_in_and_a_refused_one_have_a_line_without_the_name(
    sam: User,
    brand: Brand,
    caplog: pytest.LogCaptureFixture,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with caplog.at_level(logging.INFO), django_capture_on_commit_callbacks(execute=True):
        Client().post("/staff/login/", {"username": "ada@example.org", "password": "a guess"})
    assert [action for action, _ in said(caplog, AUDIT)] == ["account.sign_in_failed"]
    assert not [record for record in caplog.records if "ada" in str(vars(record))]

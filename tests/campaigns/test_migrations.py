"""Migrations that change what rows say. Each takes the rows that an earlier release left."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import product
from typing import Any

import pytest
from django.apps import apps
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from campaigns.content.templates import rename_template
from campaigns.models import Campaign, CampaignTemplate
from campaigns.states import READY, CampaignStatus
from newsletter.public_pages.triggers import install_triggers, remove_triggers


def migrate(name: str, step: str) -> None:
    getattr(import_module(f"campaigns.migrations.{name}"), step)(apps, None)


@pytest.mark.parametrize(
    ("is_launched", "kept", "then"),
    [
        (True, "", "https://meet.example.org/quarterly"),
        (True, "https://meet.example.org/then", "https://meet.example.org/then"),
        (False, "", ""),
    ],
)
def test_a_launched_campaign_knows_its_meeting_link(
    draft: Campaign, is_launched: bool, kept: str, then: str
) -> None:
    Campaign.objects.update(launched_at=timezone.now() if is_launched else None, join_url=kept)

    migrate("0004_fill_join_url", "fill")

    draft.refresh_from_db()
    assert draft.join_url == then


def test_one_without_an_event_has_none(draft: Campaign) -> None:
    Campaign.objects.update(launched_at=timezone.now(), event=None)

    migrate("0004_fill_join_url", "fill")

    draft.refresh_from_db()
    assert draft.join_url == ""


@pytest.fixture
def before_archive_access(transactional_db: None) -> Iterator[Apps]:
    """The models of the release before a campaign said who can read its email later."""
    with models_at("0057_counted_links") as models:
        yield models


@pytest.fixture
def before_template_names(transactional_db: None) -> Iterator[Apps]:
    """The models of the release before names of templates were unique."""
    with models_at("0064_delivery_campaign_id") as models:
        yield models


@contextmanager
def models_at(migration: str) -> Iterator[Apps]:
    step = [("campaigns", migration)]
    remove_triggers()  # as the command does
    executor = MigrationExecutor(connection)
    try:
        executor.migrate(step)
        yield executor.loader.project_state(step).apps
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(executor.loader.graph.leaf_nodes())
        install_triggers()


@pytest.mark.thorough
def test_what_campaigns_said_of_the_archive_they_say_still(before_archive_access: Apps) -> None:
    topics = before_archive_access.get_model("subscribers", "Topic")._default_manager
    campaigns: Any = before_archive_access.get_model("campaigns", "Campaign")._default_manager
    public = topics.create(slug="public", name="Public")
    hidden = topics.create(slug="hidden", name="Hidden", is_public=False)
    for topic, is_archived, launched_at in product(
        (public, hidden), (True, False), (None, timezone.now())
    ):
        campaigns.create(
            name=f"{topic.slug} {is_archived} {bool(launched_at)}",
            topic=topic,
            is_archived=is_archived,
            launched_at=launched_at,
        )
    # What a topic hid when it was launched stays hidden.
    import_module("campaigns.migrations.0006_unseen_emails_stay_hidden").hide(
        before_archive_access, None
    )

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    said = dict(Campaign.objects.values_list("name", "archive_access"))
    assert said == {
        "public True False": "public",
        "public True True": "public",
        "public False False": "none",
        "public False True": "none",
        # A draft that its topic hides: nobody reads it, unless the topic becomes public.
        "hidden True False": "public",
        "hidden True True": "none",
        "hidden False False": "none",
        "hidden False True": "none",
    }


def test_templates_with_one_name_are_numbered_and_the_release_before_goes_on_adding_some(
    before_template_names: Apps,
) -> None:
    topics = before_template_names.get_model("subscribers", "Topic")._default_manager
    templates: Any = before_template_names.get_model("campaigns", "CampaignTemplate")
    public = topics.create(slug="public", name="Public")
    hidden = topics.create(slug="hidden", name="Hidden", is_public=False, is_restricted=True)
    longest = "x" * 160
    names = ["Invitation", "INVITATION", "Invitation (2)", "invitation ", longest, longest.upper()]

    def add(name: str, topic: Any = public) -> None:
        row = templates(name=name, topic=topic, language="en", contents={}, authors=[])
        row.translated_parts = []
        row.save()

    for name in names:
        add(name)
    add("Invitation", hidden)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    kept = list(CampaignTemplate.objects.order_by("pk").values_list("name", flat=True))
    assert kept == [
        "Invitation",
        "INVITATION (2)",
        "Invitation (2) (2)",
        "invitation (3)",
        longest,
        f"{'X' * 156} (2)",
        # Nobody sees it beside the others.
        "Invitation",
    ]
    # Both releases run during an upgrade: the one before has no keys, and still saves.
    add("invitation")
    add("invitation")
    newest = CampaignTemplate.objects.latest("pk")
    rename_template(newest, name="Reminder")
    assert not CampaignTemplate.objects.filter(name_key=None).exists()
    assert "invitation (4)" in set(CampaignTemplate.objects.values_list("name", flat=True))


@pytest.mark.parametrize("status", CampaignStatus)
def test_what_an_earlier_release_approved_is_a_draft_that_says_why(
    draft: Campaign, status: CampaignStatus
) -> None:
    Campaign.objects.update(status=status, scheduled_at=timezone.now())

    migrate("0007_approvals_cover_more", "end_approvals")

    draft.refresh_from_db()
    is_ended = status in READY
    assert draft.status == (CampaignStatus.DRAFT if is_ended else status)
    assert (draft.scheduled_at is None) is is_ended
    assert ("now covers the sender and “Past emails”" in draft.pause_reason) is is_ended

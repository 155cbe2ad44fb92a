"""Saved audiences: used live, kept from deletion while in use, and covered by approvals."""

from typing import Any

import pytest

from campaigns.audience.resolve import estimate
from campaigns.audit_actions import AudienceAction
from campaigns.content.check_content import ContentError
from campaigns.content.edit import save_audience
from campaigns.content.saved_audiences import (
    AudienceInUse,
    campaigns_using,
    delete_saved_audience,
    save_saved_audience,
    saved_version,
)
from campaigns.edit_conflict import EditConflict
from campaigns.models import Campaign, SavedAudience
from campaigns.review.approval import approve, standing_approval
from campaigns.review.finding import blockers
from campaigns.review.preflight import preflight
from campaigns.sending.launch import launch_now
from campaigns.states import CampaignStatus
from newsletter.models import AuditEntry
from subscribers.models import Subscriber, Topic
from tests.campaigns.conftest import MakeFollowers

pytestmark = pytest.mark.django_db


def people_of(*codes: str) -> dict[str, Any]:
    return {"conditions": [{"kind": "country", "countries": list(codes)}]}


@pytest.fixture
def saved(db: None) -> SavedAudience:
    return save_saved_audience(None, name="Albanians", conditions=people_of("AL"))


@pytest.fixture
def using(draft: Campaign, saved: SavedAudience, followers: MakeFollowers) -> Campaign:
    """A campaign to those who are in a saved audience: two of three."""
    for person, code in zip(followers(3), ("AL", "AL", "NZ"), strict=True):
        Subscriber.objects.filter(pk=person.pk).update(country=code)
    tree = {"conditions": [{"kind": "saved", "saved": saved.pk}]}
    save_audience(draft, countries=[], languages=[], conditions=tree)
    return draft


def test_it_is_looked_up_each_time(using: Campaign) -> None:
    assert estimate(using).receive == 2
    Subscriber.objects.update(country="AL")
    assert estimate(using).receive == 3


def test_another_rule_makes_approved_campaigns_drafts(
    using: Campaign, saved: SavedAudience
) -> None:
    approve(using, by="Sam")
    save_saved_audience(saved, name="Albanians", conditions=people_of("AL"))  # as it was
    using.refresh_from_db()
    assert using.status == CampaignStatus.APPROVED
    save_saved_audience(saved, name="Albanians", conditions=people_of("AL", "NZ"))
    using.refresh_from_db()
    assert using.status == CampaignStatus.DRAFT
    assert estimate(using).receive == 3


def test_one_in_use_is_not_deleted_until_the_campaign_is_over(
    using: Campaign, saved: SavedAudience
) -> None:
    assert list(campaigns_using(saved)) == [using]
    with pytest.raises(AudienceInUse):
        delete_saved_audience(saved)
    approve(using, by="Sam")
    launch_now(using)
    with pytest.raises(AudienceInUse):
        delete_saved_audience(saved)
    with pytest.raises(AudienceInUse):
        save_saved_audience(saved, name="Albanians", conditions=people_of("NZ"))
    Campaign.objects.update(status=CampaignStatus.SENT)
    delete_saved_audience(saved)
    using.refresh_from_db()
    assert using.audience.words == ("are in the saved audience “Albanians” (who are from Albania)")


def test_one_that_is_gone_all_the_same_blocks_the_campaign(
    using: Campaign, saved: SavedAudience
) -> None:
    approve(using, by="Sam")
    SavedAudience.objects.all().delete()
    assert standing_approval(using) is None
    assert any(
        "saved audience that was deleted" in str(each) for each in blockers(preflight(using))
    )


def test_what_its_rule_names_may_be_gone(
    draft: Campaign, other_topic: Topic, followers: MakeFollowers
) -> None:
    followers(1)
    saved = save_saved_audience(
        None, name="Forums", conditions={"except": [{"kind": "topic", "topic": "forums"}]}
    )
    tree = {"conditions": [{"kind": "saved", "saved": saved.pk}]}
    save_audience(draft, countries=[], languages=[], conditions=tree)
    other_topic.delete()
    [found] = [each for each in blockers(preflight(draft)) if each.path == "audience"]
    assert "Of the saved audience “Forums”: It names a topic that was deleted" in found.message


@pytest.mark.parametrize(
    ("name", "conditions", "path"),
    [
        ("", people_of("AL"), "name"),
        (" \n ", people_of("AL"), "name"),
        (None, people_of("AL"), "name"),
        ("x" * 121, people_of("AL"), "name"),
        ("a\x00b", people_of("AL"), "name"),
        ("A", {}, "conditions"),
        ("A", None, "conditions"),
        ("A", people_of("QQ"), "conditions.conditions[0].countries[0]"),
        ("A", {"conditions": [{"kind": "saved", "saved": 1}]}, "conditions.conditions[0].kind"),
        ("A", {"conditions": [{"kind": "topic", "topic": "x"}]}, "conditions.conditions[0]"),
    ],
)
def test_what_is_no_audience_is_refused(name: object, conditions: object, path: str) -> None:
    with pytest.raises(ContentError) as refused:
        save_saved_audience(None, name=name, conditions=conditions)
    assert refused.value.path == path
    assert not SavedAudience.objects.exists()


def test_a_name_is_one_audiences_alone(saved: SavedAudience) -> None:
    with pytest.raises(ContentError) as refused:
        save_saved_audience(None, name=" Albanians ", conditions=people_of("NZ"))
    assert refused.value.path == "name"


def test_need_to_know_topics_are_named_by_none(topic: Topic) -> None:
    Topic.objects.filter(pk=topic.pk).update(is_restricted=True, is_public=False)
    tree = {"conditions": [{"kind": "topic", "topic": topic.slug}]}
    with pytest.raises(ContentError):
        save_saved_audience(None, name="Inner", conditions=tree)


def test_an_old_form_takes_nothing_back(saved: SavedAudience) -> None:
    seen = saved_version(saved)
    save_saved_audience(saved, name="Kosovars", conditions=people_of("XK"))
    with pytest.raises(EditConflict):
        save_saved_audience(saved, name="Greeks", conditions=people_of("GR"), seen=seen)
    saved.refresh_from_db()
    assert saved.name == "Kosovars"


def test_the_audit_log_says_who_did_what(saved: SavedAudience) -> None:
    save_saved_audience(saved, name="Kosovars", conditions=people_of("XK"))
    delete_saved_audience(saved)
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert [each for each in actions if each.startswith("audience.")] == [
        AudienceAction.CREATED,
        AudienceAction.CHANGED,
        AudienceAction.DELETED,
    ]

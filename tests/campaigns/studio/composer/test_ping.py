"""Two people who have the same content open see each other."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from campaigns.content.editors import FORGOTTEN_AFTER
from campaigns.models import Campaign, ContentEditor
from campaigns.tasks import forget_expired
from newsletter.models import AuditEntry
from staff.roles import AUTHOR
from subscribers.audit_actions import NeedToKnowAction
from subscribers.models import Topic
from subscribers.need_to_know.grants import grant
from tests.campaigns.studio.page_helpers import page
from tests.staff_members import browser_of, staff_member


def ping(client: Client, campaign: Campaign, tab: str = "a1", **more: str) -> Any:
    return client.post(page("ping", campaign, "en"), {"tab": tab, **more})


def others(client: Client, campaign: Campaign, tab: str = "a1") -> str:
    words: str = ping(client, campaign, tab).json()["others"]
    return words


def test_each_sees_the_other_by_name(wrens: Client, draft: Campaign) -> None:
    adas = browser_of(staff_member("ada", AUTHOR))
    bens = browser_of(staff_member("ben", AUTHOR))
    assert others(wrens, draft) == ""
    assert others(adas, draft, "b2").startswith("wren has this open, too.")
    assert others(bens, draft, "c3").startswith("ada and wren have this open, too.")


def test_the_same_persons_other_tab_is_told_as_theirs(wrens: Client, draft: Campaign) -> None:
    assert others(wrens, draft) == ""
    assert "in another tab" in others(wrens, draft, "b2")
    ada = browser_of(staff_member("ada", AUTHOR))
    ping(ada, draft, "c3")
    assert others(wrens, draft).startswith("ada has this open, too.")


def test_whoever_closes_the_page_or_is_silent_is_gone(wrens: Client, draft: Campaign) -> None:
    adas = browser_of(staff_member("ada", AUTHOR))
    ping(adas, draft, "b2")
    ping(adas, draft, "b2", left="")
    assert others(wrens, draft) == ""
    ping(adas, draft, "b2")
    ContentEditor.objects.filter(tab="b2").update(seen_at=timezone.now() - timedelta(seconds=41))
    assert others(wrens, draft) == ""


def test_another_language_is_another_text(wrens: Client, draft: Campaign) -> None:
    adas = browser_of(staff_member("ada", AUTHOR))
    adas.post(page("ping", draft, "es"), {"tab": "b2"})
    assert others(wrens, draft) == ""


def test_old_rows_are_forgotten_by_the_clock(wrens: Client, draft: Campaign) -> None:
    ping(wrens, draft)
    ContentEditor.objects.update(seen_at=timezone.now() - FORGOTTEN_AFTER)
    ping(wrens, draft, "b2")
    forget_expired()
    assert [row.tab for row in ContentEditor.objects.all()] == ["b2"]


@pytest.mark.parametrize("tab", ["", "B2", "x" * 17, "\x00", "<b>"])
def test_a_tab_of_another_shape_is_refused(wrens: Client, draft: Campaign, tab: str) -> None:
    assert ping(wrens, draft, tab).status_code == 400
    assert wrens.post(page("ping", draft, "xx"), {"tab": "a1"}).status_code == 400
    assert not ContentEditor.objects.exists()


def test_a_ping_is_no_look_at_a_need_to_know_campaign(wrens: Client, draft: Campaign) -> None:
    wren = User.objects.get(username="wren")
    Topic.objects.filter(pk=draft.topic_id).update(is_public=False, is_restricted=True)
    grant(draft.topic, wren, until=timezone.now() + timedelta(days=9), by="sam")
    looks = AuditEntry.objects.filter(action=NeedToKnowAction.VIEWED)
    assert ping(wrens, draft).status_code == 200
    assert not looks.exists()
    wrens.get(page("content", draft, "en"))
    assert looks.exists()

import re

import pytest
from django.test import Client

from campaigns.content.later_version import write_later_version
from campaigns.models import Campaign
from campaigns.review.approval import approve
from campaigns.sending.claims.claim import claim
from campaigns.sending.launch import launch_now
from campaigns.sending.pause_cancel_undo import pause, resume
from staff.roles import AUTHOR
from tests.campaigns.studio.page_helpers import page
from tests.staff_members import browser_of, staff_member

BUTTON = "Write a new version for the rest"


@pytest.fixture
def paused(sending: Campaign) -> Campaign:
    claim(sending.pk, size=2)
    pause(sending.pk)
    sending.refresh_from_db()
    return sending


def test_a_paused_campaign_leads_to_a_new_version_for_the_rest(
    wrens: Client, paused: Campaign
) -> None:
    assert BUTTON in wrens.get(page("progress", paused)).content.decode()
    answer = wrens.post(page("later_version", paused), follow=True)

    later = paused.later_versions.get()
    assert answer.redirect_chain[-1][0] == page("content", later, "en")
    said = answer.content.decode()
    assert "goes to those who are still waiting" in said
    assert f'href="{page("progress", paused)}"' in said
    progress = wrens.get(page("progress", paused)).content.decode()
    assert BUTTON not in progress
    assert f'href="{page("review", later)}"' in progress


def test_the_audience_of_a_new_version_is_shown_and_fixed(wrens: Client, paused: Campaign) -> None:
    wrens.post(page("later_version", paused))
    later = paused.later_versions.get()
    said = wrens.get(page("audience", later)).content.decode()
    assert "goes to the recipients of that one who were not written to" in said
    assert "disabled" in said


def test_a_button_of_an_old_page_says_why_nothing_was_started(
    wrens: Client, paused: Campaign
) -> None:
    resume(paused.pk)
    answer = wrens.post(page("later_version", paused), follow=True)
    said = answer.content.decode()
    assert "No new version was started. Only a paused campaign" in said
    assert re.search("This one is sending. .+ resumed sending at", said)
    assert not paused.later_versions.exists()


def test_whoever_comes_second_is_told_who_started_the_new_version(
    wrens: Client, lees: Client, paused: Campaign
) -> None:
    wrens.post(page("later_version", paused))
    bobs = browser_of(staff_member("bob", AUTHOR))
    said = bobs.post(page("later_version", paused), follow=True).content.decode()
    assert "This draft starts with" not in said
    assert "A new version was started before: it is draft." in said
    assert "wren created the campaign at" in said


def test_a_new_version_that_was_launched_is_not_started_again(
    wrens: Client, paused: Campaign
) -> None:
    later = write_later_version(paused)
    approve(later, by="Ria")
    launch_now(later)
    answer = wrens.post(page("later_version", paused), follow=True)
    assert answer.redirect_chain[-1][0] == page("progress", paused)
    said = answer.content.decode()
    assert "No new version was started." in said
    assert re.search("the rest, and has been launched. .+ started or scheduled it at", said)

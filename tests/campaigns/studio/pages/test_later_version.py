import pytest
from django.test import Client

from campaigns.models import Campaign
from campaigns.sending.claims.claim import claim
from campaigns.sending.pause_cancel_undo import pause, resume
from tests.campaigns.studio.page_helpers import page

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
    assert "No new version was started. Only a paused campaign" in answer.content.decode()
    assert not paused.later_versions.exists()

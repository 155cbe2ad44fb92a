"""The button that makes a new draft of a campaign."""

from django.test import Client

from campaigns.models import Campaign, Event
from tests.campaigns.studio.page_helpers import page


def test_the_button_leads_to_the_details_of_the_new_draft(wrens: Client, draft: Campaign) -> None:
    assert page("duplicate", draft) in wrens.get(page("review", draft)).content.decode()

    answer = wrens.post(page("duplicate", draft), follow=True)

    copy = Campaign.objects.latest("pk")
    assert answer.redirect_chain == [(page("details", copy), 302)]
    html = answer.content.decode()
    assert "Draft created from “Quarterly meeting”" in html
    assert "Choose another" not in html
    assert copy.created_by is not None
    assert copy.authors != []


def test_who_duplicates_hears_that_the_event_is_no_more(wrens: Client, draft: Campaign) -> None:
    Event.objects.update(status="cancelled")
    html = wrens.post(page("duplicate", draft), follow=True).content.decode()
    assert "is over or cancelled. Choose another." in html

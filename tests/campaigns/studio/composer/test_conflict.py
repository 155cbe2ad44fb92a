"""A form that meets a colleague's version: differences, a copy, or one replaces the other."""

import pytest
from django.test import Client

from campaigns.content.edit_content import save_content
from campaigns.models import Campaign
from tests.campaigns.studio.page_helpers import form, page

MINE = {"type": "heading", "text": "We meet on Friday"}


@pytest.fixture
def saved(draft: Campaign) -> Campaign:
    blocks = [{"id": "b0", "type": "heading", "text": "We meet on Tuesday"}]
    save_content(draft, language="en", subject="Theirs", preheader="", blocks=blocks)
    return draft


def test_a_conflict_offers_differences_a_copy_and_to_replace(
    wrens: Client, saved: Campaign
) -> None:
    typed = form(MINE, act="save", seen="0" * 64)
    html = wrens.post(page("content", saved, "en"), typed).content.decode()
    differences = html.index(page("typed_difference", saved, "en"))
    assert differences < html.index(page("save_as_copy", saved, "en"))
    assert differences < html.index('name="overwrite"')


def test_the_differences_are_between_what_is_saved_and_what_is_typed(
    wrens: Client, saved: Campaign
) -> None:
    answer = wrens.post(page("typed_difference", saved, "en"), form(MINE, subject="Mine"))
    html = answer.content.decode()
    assert "Heading: changed" in html
    assert html.index("Tuesday") < html.index("Friday")
    assert saved.contents.get(language="en").subject == "Theirs"


def test_a_copy_holds_what_was_typed_and_the_campaign_stays(wrens: Client, saved: Campaign) -> None:
    answer = wrens.post(page("save_as_copy", saved, "en"), form(MINE, subject="Mine"))
    copy = Campaign.objects.latest("pk")
    assert answer["Location"] == page("content", copy, "en")
    assert copy.pk != saved.pk
    assert copy.contents.get(language="en").subject == "Mine"
    assert copy.contents.get(language="en").blocks == [{"id": "b0", **MINE}]
    assert saved.contents.get(language="en").subject == "Theirs"


@pytest.mark.parametrize(
    "typed",
    [
        {},
        form(MINE, subject="x" * 201),
        form({"type": "rich_text", "html": "x" * 60_001}),
        form({"type": "carousel"}),
    ],
)
def test_what_cannot_be_kept_makes_no_copy_and_says_why(
    wrens: Client, saved: Campaign, typed: dict[str, str]
) -> None:
    before = Campaign.objects.count()
    answer = wrens.post(page("save_as_copy", saved, "en"), typed)
    assert answer.status_code == 422
    assert "No copy was saved" in answer.content.decode()
    assert Campaign.objects.count() == before


def test_a_cut_form_shows_no_differences(wrens: Client, saved: Campaign) -> None:
    answer = wrens.post(page("typed_difference", saved, "en"), {"subject": "x"}, follow=True)
    assert "Part of the form didn’t arrive." in answer.content.decode()

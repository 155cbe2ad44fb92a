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
    assert differences < html.index('value="save_as_copy"')
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
    typed = form(MINE, act="save_as_copy", subject="Mine", seen="0" * 64)
    answer = wrens.post(page("content", saved, "en"), typed)
    copy = Campaign.objects.latest("pk")
    assert answer["Location"] == page("content", copy, "en")
    assert copy.pk != saved.pk
    assert copy.contents.get(language="en").subject == "Mine"
    assert copy.contents.get(language="en").blocks == [{"id": "b0", **MINE}]
    assert saved.contents.get(language="en").subject == "Theirs"


@pytest.mark.parametrize(
    ("subject", "html", "says"),
    [
        ("x" * 201, "<p>Mine alone</p>", "at most 200"),
        ("Mine", f"<p>Mine alone{'x' * 60_001}</p>", "characters"),
    ],
)
def test_what_cannot_be_kept_makes_no_copy_and_stays_in_the_form_with_the_choices(
    wrens: Client, saved: Campaign, subject: str, html: str, says: str
) -> None:
    before = Campaign.objects.count()
    block = {"type": "rich_text", "html": html}
    typed = form(block, act="save_as_copy", subject=subject, seen="0" * 64)
    answer = wrens.post(page("content", saved, "en"), typed)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{subject}"' in shown
    assert "Mine alone" in shown
    assert says in shown
    assert 'name="overwrite"' in shown
    assert 'value="save_as_copy"' in shown
    assert f'name="seen" value="{"0" * 64}"' in shown
    assert Campaign.objects.count() == before


@pytest.mark.parametrize("typed", [{}, form({"type": "carousel"})])
def test_a_form_that_did_not_arrive_makes_no_copy(
    wrens: Client, saved: Campaign, typed: dict[str, str]
) -> None:
    before = Campaign.objects.count()
    answer = wrens.post(page("content", saved, "en"), typed | {"act": "save_as_copy"})
    assert answer.status_code == 422
    assert "Nothing was saved." in answer.content.decode()
    assert Campaign.objects.count() == before


def test_a_cut_form_shows_no_differences(wrens: Client, saved: Campaign) -> None:
    answer = wrens.post(page("typed_difference", saved, "en"), {"subject": "x"}, follow=True)
    assert "Part of the form didn’t arrive." in answer.content.decode()

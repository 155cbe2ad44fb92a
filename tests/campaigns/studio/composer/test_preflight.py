import re

from django.test import Client

from campaigns.models import Campaign, CampaignContent
from campaigns.studio.composer.preflight import counts_in_words
from tests.campaigns.studio.page_helpers import form, page


def links(html: str) -> list[tuple[str, str]]:
    return re.findall(r'<a href="(#[^"]+)" data-field="([^"]+)"', html)


def test_what_is_typed_is_checked_and_not_saved(wrens: Client, draft: Campaign) -> None:
    before = CampaignContent.objects.get().blocks
    answer = wrens.post(
        page("typed_findings", draft, "en"),
        form(
            {"type": "heading", "text": "A forum in Bucharest"},
            {"type": "button", "label": "", "url": "https://un.org/"},
            {"type": "rich_text", "html": "<p>At [place], TODO</p>"},
            subject="Meeting on [date]",
            preheader="A day of talks in Bucharest",
        ),
    )
    html = answer.content.decode()

    assert answer.status_code == 200
    assert "1 to fix, 3 to check" in html
    assert links(html)[0] == ("#block-b1", "b1-label")
    assert set(links(html)) >= {("#block-b2", "b2-html"), ("#subject", "subject")}
    assert CampaignContent.objects.get().blocks == before


def test_the_page_shows_what_was_saved_without_scripts(wrens: Client, draft: Campaign) -> None:
    CampaignContent.objects.update(subject="Meeting TODO")
    html = wrens.get(page("content", draft, "en")).content.decode()

    assert "1 to check" in html
    assert links(html) == [("#subject", "subject")]


def test_what_belongs_to_another_page_links_there(wrens: Client, draft: Campaign) -> None:
    draft.event.join_url = ""  # type: ignore[union-attr]
    draft.event.save()  # type: ignore[union-attr]
    html = wrens.get(page("content", draft, "en")).content.decode()

    assert f'<a href="{page("details", draft)}">Event</a>' in html


def test_a_language_without_content_is_checked_as_an_empty_email(
    wrens: Client, draft: Campaign
) -> None:
    html = wrens.get(page("content", draft, "es")).content.decode()

    assert "This email is empty" in html


def test_a_form_that_did_not_arrive_changes_nothing(wrens: Client, draft: Campaign) -> None:
    answer = wrens.post(page("typed_findings", draft, "en"), {"subject": "x"})

    assert answer.status_code == 422


def test_counts_are_told_with_the_gravest_first() -> None:
    assert counts_in_words([]) == "nothing to fix"
    assert counts_in_words(["advice"]) == "1 piece of advice"
    assert (
        counts_in_words(["blocker", "warning", "warning", "advice", "advice"])
        == "1 to fix, 2 to check, 2 pieces of advice"
    )

import pytest
from django.test import Client

from campaigns.models import Campaign, CampaignContent
from campaigns.review.finding import blockers
from campaigns.review.preflight import preflight
from campaigns.sending.pause_cancel_undo import cancel
from campaigns.states import CampaignStatus
from campaigns.studio.composer.inputs import BLANK
from newsletter.rendering.blocks.clean import MAXIMUM_BLOCKS
from newsletter.rendering.blocks.registry import BLOCK_TYPES
from tests.campaigns.studio.page_helpers import form, page, replaced_by

HEADING = {"type": "heading", "text": "Our next meeting"}


def content_of(campaign: Campaign) -> CampaignContent:
    return CampaignContent.objects.get(campaign=campaign)


def test_the_composer_shows_what_is_saved(wrens: Client, draft: Campaign) -> None:
    html = wrens.get(page("content", draft, "en")).content.decode()
    assert 'value="You are invited, {given_name|colleague}"' in html
    assert 'name="b0-text"' in html
    assert 'name="b1-html"' in html
    assert 'name="blocks" value="b0 b1 b2"' in html


def test_saving_keeps_the_blocks_in_their_order(wrens: Client, draft: Campaign) -> None:
    answer = wrens.post(
        page("content", draft, "en"),
        form({"type": "divider"}, HEADING, {"type": "event_card"}, subject="New", act="save"),
    )
    assert answer.status_code == 302
    content = content_of(draft)
    assert content.subject == "New"
    assert [block["type"] for block in content.blocks] == ["divider", "heading", "event_card"]


def test_adding_a_block_saves_nothing_and_keeps_what_was_typed(
    wrens: Client, draft: Campaign
) -> None:
    before = content_of(draft)
    answer = wrens.post(
        page("content", draft, "en"), form(HEADING, subject="Half typed", act="add:quotation:b0")
    )
    html = answer.content.decode()
    assert answer.status_code == 200
    assert 'value="Half typed"' in html
    assert html.index('name="b0-text"') < html.index('-source"')
    assert "autofocus" in html
    after = content_of(draft)
    assert (after.subject, after.blocks) == (before.subject, before.blocks)


def test_scripts_find_a_blank_block_of_each_type(wrens: Client, draft: Campaign) -> None:
    html = wrens.get(page("content", draft, "en")).content.decode()
    for name, block_type in BLOCK_TYPES.items():
        _, _, blank = html.partition(f'<template data-blank="{name}"')
        blank, _, _ = blank.partition("</template>")
        assert f'name="{BLANK}-type" value="{name}"' in blank
        for field in block_type.fields:
            assert f'name="{BLANK}-{field.name}"' in blank


def saved_with_errors(client: Client, campaign: Campaign, fields: dict[str, str]) -> str:
    """Save, and return the page that follows."""
    answer = client.post(page("content", campaign, "en"), fields)
    assert answer["Location"] == page("content", campaign, "en") + "?check"
    return client.get(answer["Location"]).content.decode()


def test_what_is_incomplete_is_saved_and_marked_at_its_fields(
    wrens: Client, draft: Campaign
) -> None:
    html = saved_with_errors(
        wrens,
        draft,
        form(
            {"type": "button", "label": "Go", "url": "javascript:alert(1)"},
            {"type": "heading", "text": ""},
            subject="",
            act="save",
        ),
    )
    assert "Content saved. Fix the fields marked below before you send it." in html
    for identifier in ("subject-error", "b0-url-error", "b1-text-error"):
        assert f'id="{identifier}"' in html
    assert "javascript:alert(1)" in html  # what was typed is still there
    content = content_of(draft)
    assert content.subject == ""
    assert content.blocks == [
        {"id": "b0", "type": "button", "label": "Go", "url": "javascript:alert(1)"},
        {"id": "b1", "type": "heading", "text": ""},
    ]
    faulty = {finding.path for finding in blockers(preflight(Campaign.objects.get()))}
    assert faulty >= {
        "contents.en.subject",
        "contents.en.blocks[0].url",
        "contents.en.blocks[1].text",
    }
    shown = wrens.get(page("email", draft, "en")).content.decode()
    assert "javascript:" not in shown


def test_a_page_that_is_opened_marks_nothing(wrens: Client, draft: Campaign) -> None:
    CampaignContent.objects.update(subject="", blocks=[{"type": "heading", "text": ""}])
    html = wrens.get(page("content", draft, "en")).content.decode()
    assert "-error" not in html


def test_an_event_card_without_an_event_is_marked_at_its_block(
    wrens: Client, draft: Campaign
) -> None:
    CampaignContent.objects.filter(campaign=draft).update(blocks=[])
    Campaign.objects.filter(pk=draft.pk).update(event=None)
    fields = form(HEADING, {"type": "event_card"}, act="save")
    assert "event card needs an event" in saved_with_errors(wrens, draft, fields)


def test_more_blocks_than_an_email_may_have_are_refused_and_none_is_dropped(
    wrens: Client, draft: Campaign
) -> None:
    fields = form(*[HEADING] * (MAXIMUM_BLOCKS + 1), act="save")
    answer = wrens.post(page("content", draft, "en"), fields)
    assert answer.status_code == 422
    assert f"at most {MAXIMUM_BLOCKS} are possible" in answer.content.decode()
    # The page's scripts refuse one more by the same number.
    assert f'data-maximum="{MAXIMUM_BLOCKS}"' in answer.content.decode()
    assert len(content_of(draft).blocks) == 3


def test_hostile_text_is_shown_as_text(wrens: Client, draft: Campaign) -> None:
    hostile = '"><script>alert(1)</script>'
    html = wrens.post(
        page("content", draft, "en"),
        form(
            {"type": "heading", "text": hostile},
            {"type": "quotation", "text": "</textarea><script>x", "source": ""},
            {"type": "rich_text", "html": "</textarea><script>y"},
            subject=hostile,
            act="up:b1",
        ),
    ).content.decode()
    assert "<script>alert" not in html
    assert "</textarea><script>" not in html


def test_rich_text_is_cleaned_when_it_is_saved(wrens: Client, draft: Campaign) -> None:
    wrens.post(
        page("content", draft, "en"),
        form(
            {"type": "rich_text", "html": "<p onclick=x>Hi<script>alert(1)</script></p>"},
            act="save",
        ),
    )
    assert content_of(draft).blocks == [{"id": "b0", "type": "rich_text", "html": "<p>Hi</p>"}]


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"blocks": "b0 b1"},
        {"act": "save"},
        {"subject": "x" * 100_000, "act": "save"},
    ],
)
def test_broken_forms_are_answered_in_words(
    wrens: Client, draft: Campaign, fields: dict[str, str]
) -> None:
    assert wrens.post(page("content", draft, "en"), fields).status_code == 422
    assert content_of(draft).subject == "You are invited, {given_name|colleague}"


@pytest.mark.thorough(sample=2)
@pytest.mark.parametrize("sent", [{}, {"blocks": ""}, {"blocks": "x"}, {"act": "add:divider"}])
def test_a_form_that_arrives_in_part_empties_no_email(
    wrens: Client, draft: Campaign, sent: dict[str, str]
) -> None:
    before = content_of(draft)
    answer = wrens.post(page("content", draft, "en"), {"subject": "Hello", **sent})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Nothing was saved. Part of the form didn’t arrive." in html
    assert 'name="blocks" value="b0 b1 b2"' in html
    after = content_of(draft)
    assert (after.subject, after.blocks) == (before.subject, before.blocks)
    shown = wrens.post(page("typed_email", draft, "en"), {"subject": "Hello", **sent})
    assert "Part of the form didn’t arrive." in shown.content.decode()


def test_two_people_who_edit_at_once_do_not_overwrite_each_other_unknowingly(
    wrens: Client, draft: Campaign
) -> None:
    seen = wrens.get(page("content", draft, "en")).context["seen"]
    assert (
        wrens.post(
            page("content", draft, "en"), form(HEADING, subject="First", seen=seen, act="save")
        ).status_code
        == 302
    )
    late = wrens.post(
        page("content", draft, "en"), form(HEADING, subject="Second", seen=seen, act="save")
    )
    assert late.status_code == 409
    assert 'value="Second"' in late.content.decode()
    assert content_of(draft).subject == "First"
    assert (
        wrens.post(
            page("content", draft, "en"),
            form(HEADING, subject="Second", seen=seen, **replaced_by(late.content.decode())),
        ).status_code
        == 302
    )
    assert content_of(draft).subject == "Second"


def test_an_edit_takes_an_approved_campaign_back_to_draft_and_says_so(
    wrens: Client, approved: Campaign
) -> None:
    answer = wrens.post(
        page("content", approved, "en"), form(HEADING, subject="Changed", act="save"), follow=True
    )
    approved.refresh_from_db()
    assert approved.status == CampaignStatus.DRAFT
    assert "needs a new approval" in answer.content.decode()


def test_a_cancelled_campaign_is_not_edited(wrens: Client, draft: Campaign) -> None:
    cancel(draft.pk)
    answer = wrens.post(page("content", draft, "en"), form(HEADING, subject="Changed", act="save"))
    assert answer["Location"] == page("progress", draft)
    assert content_of(draft).subject != "Changed"


def test_a_language_that_the_installation_lacks_is_not_found(
    wrens: Client, draft: Campaign
) -> None:
    assert wrens.get(page("content", draft, "xx")).status_code == 404


def test_while_something_is_unsaved_the_preview_says_that_it_shows_what_was_saved(
    wrens: Client, draft: Campaign
) -> None:
    note = "This is the last saved version."
    assert note not in wrens.get(page("content", draft, "en")).content.decode()
    answer = wrens.post(page("content", draft, "en"), form(HEADING, act="add:heading"))
    assert note in answer.content.decode()


def test_each_error_of_a_block_is_shown_at_its_field(wrens: Client, draft: Campaign) -> None:
    fields = form({"type": "button", "label": "", "url": "x"}, act="save")
    html = saved_with_errors(wrens, draft, fields)
    assert 'id="b0-label-error"' in html
    assert 'id="b0-url-error"' in html


def test_htmx_gets_the_form_alone(wrens: Client, draft: Campaign) -> None:
    typed = form(HEADING, act="add:divider")
    html = wrens.post(page("content", draft, "en"), typed, headers={"HX-Request": "true"})
    assert html.content.decode().strip().startswith("<form")
    assert "<style" not in html.content.decode()

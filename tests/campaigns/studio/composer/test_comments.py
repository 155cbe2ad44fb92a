"""Comments stand beside their part in the composer, and are settled there without losing text."""

from html import unescape

import pytest
from django.test import Client

from campaigns.models import Campaign, CampaignContent, ReviewComment
from campaigns.review.comments import add_comment, settle_comment
from tests.campaigns.studio.page_helpers import form, page

HEADING = {"type": "heading", "text": "Our next meeting"}


@pytest.fixture
def commented(draft: Campaign) -> Campaign:
    CampaignContent.objects.update(blocks=[{"id": "b0", **HEADING}])
    CampaignContent.objects.create(campaign=draft, language="fr", subject="Bonjour", blocks=[])
    for part, text in (("b0", "Which one?"), ("@subject", "Shorter."), ("", "Friendlier.")):
        add_comment(draft, language="en", part=part, text=text)
    add_comment(draft, language="fr", part="", text="En français?")
    return draft


def between(html: str, start: str, end: str) -> str:
    return html.partition(start)[2].partition(end)[0]


def of_block(campaign: Campaign) -> ReviewComment:
    return campaign.comments.get(part="b0")


def test_each_comment_stands_beside_its_part(wrens: Client, commented: Campaign) -> None:
    html = unescape(wrens.get(page("content", commented, "en")).content.decode())
    assert "3 comments are open." in html
    assert "Which one?" in between(html, '<fieldset class="st-block', "</fieldset>")
    assert "Shorter." in between(html, '<label for="subject">', '<label for="preheader">')
    assert "Friendlier." in between(html, 'id="comments-state"', '<label for="subject">')
    assert f'<a href="#comment-{of_block(commented).pk}">Block 1: Heading</a>' in html
    assert f'<a href="{page("content", commented, "fr")}">French (1)</a>' in html
    assert "En français?" not in html


def test_what_is_typed_stays_when_a_comment_is_settled_without_scripts(
    wrens: Client, commented: Campaign
) -> None:
    comment = of_block(commented)
    typed = form(
        {**HEADING, "text": "The spring meeting"},
        subject="Not saved yet",
        act=f"comment_done:{comment.pk}",
        **{f"comment-{comment.pk}-answer": "The spring one."},
    )
    html = unescape(wrens.post(page("content", commented, "en"), typed).content.decode())

    assert 'value="Not saved yet"' in html
    assert "The spring meeting" in html
    assert "data-dirty" in html
    assert "The spring one." in html
    comment.refresh_from_db()
    assert comment.answer == "The spring one."
    assert CampaignContent.objects.get(language="en").subject != "Not saved yet"


def test_with_scripts_the_comment_alone_is_answered(wrens: Client, commented: Campaign) -> None:
    comment = of_block(commented)
    act = form({**HEADING}, act=f"comment_done:{comment.pk}")
    address = page("content", commented, "en")
    html = wrens.post(address, act, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert f'id="comment-{comment.pk}"' in html
    assert "Done, by wren" in html
    assert "2 comments are open." in html

    again = wrens.post(address, act, headers={"HX-Request": "true"}).content.decode()
    assert "wren settled this comment on" in unescape(again)


def test_a_comment_whose_block_was_removed_says_so_at_the_top(
    wrens: Client, commented: Campaign
) -> None:
    html = unescape(
        wrens.post(page("content", commented, "en"), form(act="add:divider")).content.decode()
    )
    at_the_top = between(html, 'id="comments-state"', '<label for="subject">')
    assert "Heading (gone)" in at_the_top
    assert "<q>Heading</q>, which is gone" in at_the_top
    assert "Our next meeting" in at_the_top, "what it was about"


@pytest.mark.parametrize("number", ["", "x", "0", "9" * 30])
def test_what_is_no_comment_is_said_to_be_gone(
    wrens: Client, commented: Campaign, number: str
) -> None:
    typed = form({**HEADING}, act=f"comment_done:{number}")
    for headers in ({}, {"HX-Request": "true"}):
        answer = wrens.post(page("content", commented, "en"), typed, headers=headers)
        assert "isn’t there any more" in unescape(answer.content.decode())


def test_a_settled_comment_is_no_longer_there(wrens: Client, commented: Campaign) -> None:
    for comment in commented.comments.all():
        settle_comment(commented, comment.pk)
    html = wrens.get(page("content", commented, "en")).content.decode()
    assert "st-comment" not in html

"""Comments, looks and changes since the last approval, on the review page."""

import re
from html import unescape

import pytest
from django.contrib.auth.models import User
from django.test import Client

from campaigns.content.fingerprint import fingerprint
from campaigns.models import Audience, Campaign, CampaignContent, Event, ReviewComment, ReviewLook
from campaigns.review.approval import approve
from campaigns.review.comments import add_comment
from campaigns.states import CampaignStatus
from staff.roles import AUTHOR, REVIEWER
from subscribers.models import Subscriber
from tests.campaigns.studio.page_helpers import page
from tests.staff_members import browser_of, staff_member


@pytest.fixture
def translated(draft: Campaign, ada: Subscriber) -> Campaign:
    CampaignContent.objects.create(
        campaign=draft,
        language="fr",
        subject="Vous êtes invités",
        blocks=[{"type": "heading", "text": "Notre réunion"}],
    )
    return draft


def read(client: Client, campaign: Campaign, **query: str) -> str:
    return unescape(client.get(page("review", campaign), query).content.decode())


def test_a_reviewer_comments_and_an_author_answers(
    lees: Client, wrens: Client, translated: Campaign
) -> None:
    html = read(lees, translated, language="fr")
    assert "Comment on the French version" in html
    assert '<option value="b0">Block 1: Heading – Notre réunion</option>' in html
    assert "Add comment" not in read(wrens, translated), "authors answer, and don't comment"

    typed = {"language": "fr", "part": "b0", "text": "Laquelle?"}
    answer = lees.post(page("comment", translated), typed)
    assert answer["Location"] == f"{page('review', translated)}?language=fr#comments"
    comment = ReviewComment.objects.get()
    html = read(wrens, translated)
    assert "Laquelle?" in html
    assert f"{page('content', translated, 'fr')}#comment-{comment.pk}" in html
    assert page("comment_done", translated) not in read(lees, translated)

    done = {"comment": str(comment.pk), "answer": "Celle de mars."}
    assert (
        "Comment settled."
        in wrens.post(page("comment_done", translated), done, follow=True).content.decode()
    )
    again = unescape(
        wrens.post(page("comment_done", translated), done, follow=True).content.decode()
    )
    assert "wren settled this comment on" in again
    html = read(lees, translated)
    assert "Settled comments (1)" in html
    assert "Celle de mars." in html


@pytest.mark.parametrize("comment", ["", "x", "999", "9" * 40])
def test_what_is_no_comment_can_not_be_settled(
    wrens: Client, translated: Campaign, comment: str
) -> None:
    answer = wrens.post(page("comment_done", translated), {"comment": comment}, follow=True)
    assert "isn’t there any more" in answer.content.decode()


def test_a_comment_that_is_refused_stays_in_its_field(lees: Client, translated: Campaign) -> None:
    typed = {"language": "fr", "part": "gone", "text": "<b>Long</b> & true"}
    answer = lees.post(page("comment", translated), typed)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "The comment was not saved." in html
    assert "&lt;b&gt;Long&lt;/b&gt; &amp; true</textarea>" in html


def test_an_approval_with_open_comments_asks_once(
    lees: Client, wrens: Client, translated: Campaign
) -> None:
    CampaignContent.objects.filter(language="fr").delete()
    add_comment(translated, language="en", part="", text="Shorter.")
    typed = {
        "fingerprint": fingerprint(translated),
        "decision": "approve",
        "last_decision": "0",
        "note": "Fine otherwise.",
    }
    answer = lees.post(page("decide", translated), typed)
    html = unescape(answer.content.decode())
    assert answer.status_code == 422
    assert "1 comment is still open" in html
    assert "Approve, and close 1 comment" in html
    assert "Fine otherwise.</textarea>" in html
    closes = re.findall(r'name="closes" value="(\d+)"', html)
    assert "Approved." in unescape(
        lees.post(
            page("decide", translated), {**typed, "closes": closes}, follow=True
        ).content.decode()
    )
    assert "Closed by an approval" in read(lees, translated)


def test_a_look_is_said_by_a_button_and_becomes_old(lees: Client, translated: Campaign) -> None:
    assert "Nobody has said that they looked at this version in English or French." in read(
        lees, translated
    )
    seen = fingerprint(translated)
    typed = {"language": "all", "of": "fr", "fingerprint": seen}
    for _ in range(2):
        answer = lees.post(page("looked", translated), typed, follow=True)
        assert "Noted: you have looked at the French email." in answer.content.decode()
    assert ReviewLook.objects.count() == 1
    html = read(lees, translated)
    assert "<strong>lee</strong> looked at French" in html
    assert "looked at this version in English." in html

    Audience.objects.update(countries=["NZ"])
    html = read(lees, translated)
    assert "<strong>lee</strong> looked at an earlier version of French" in html
    answer = lees.post(page("looked", translated), typed, follow=True)
    assert "changed while this page was open" in answer.content.decode()


def test_opening_an_email_is_no_look(lees: Client, translated: Campaign) -> None:
    lees.get(page("review", translated), {"language": "all"})
    lees.get(page("email", translated, "fr"))
    assert not ReviewLook.objects.exists()


def test_all_languages_are_shown_at_once(lees: Client, translated: Campaign) -> None:
    html = read(lees, translated, language="all")
    for tag, subject in (("en", "You are invited, colleague"), ("fr", "Vous êtes invités")):
        assert subject in html
        assert f'src="{page("email", translated, tag)}?recipient="' in html
    assert "Add comment" not in html


def test_the_page_shows_what_changed_since_the_last_approval(
    lees: Client, draft: Campaign, ada: Subscriber
) -> None:
    assert "Changes since the last approval" not in read(lees, draft)
    approve(draft, by="Ana")
    assert "Changes since the last approval" not in read(lees, draft)
    CampaignContent.objects.update(subject="You are warmly invited, {given_name|colleague}")
    Event.objects.update(venue="Kyiv")
    Campaign.objects.update(status=CampaignStatus.IN_REVIEW)

    html = read(lees, draft)
    assert "Changes since the last approval" in html
    assert "Ana approved it on" in html
    assert re.search(r"<ins[^>]*><span[^>]*>added: </span>warmly", html)
    assert '<th scope="row">Venue</th><td dir="auto">–</td><td dir="auto">Kyiv</td>' in html
    assert f'src="{page("approved_email", draft, "en")}?recipient="' in html
    email = lees.get(page("approved_email", draft, "en"))
    assert "Kyiv" not in email.content.decode()
    assert "sandbox" in email["Content-Security-Policy"]
    missing = lees.get(page("approved_email", draft, "fr")).content.decode()
    assert "No French version was approved before." in missing


def test_the_audience_stands_in_words_and_numbers(
    lees: Client, draft: Campaign, ada: Subscriber
) -> None:
    Audience.objects.update(countries=["NZ"], rule="no_answer", languages=["fr"])
    html = read(lees, draft)
    for words in ("New Zealand", "People who haven’t answered yet", "French", "would receive"):
        assert words in html
    fragment = lees.get(page("reviewed_audience", draft)).content.decode()
    assert "would receive" in fragment
    assert "<html" not in fragment


def test_an_author_who_may_approve_others_sees_their_comments_twice_never(
    draft: Campaign, ada: Subscriber
) -> None:
    both = browser_of(staff_member("rita", AUTHOR, REVIEWER))
    for _ in range(3):
        both.post(page("comment", draft), {"language": "en", "part": "", "text": "Shorter."})
    assert ReviewComment.objects.count() == 1
    assert User.objects.get(username="rita") == ReviewComment.objects.get().author

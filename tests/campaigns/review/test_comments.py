"""Comments of reviewers stay with their part, say when it is gone, and are settled once."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from pytest_django.fixtures import Settings

from campaigns.content.edit import save_details
from campaigns.content.edit_content import save_content
from campaigns.models import Campaign, CampaignContent, ReviewComment
from campaigns.retention.forget import forget_reviewing
from campaigns.review.approval import CommentsOpen, approve, return_to_draft
from campaigns.review.comments import (
    MAXIMUM_COMMENT,
    AlreadySettled,
    CannotComment,
    PlacedComment,
    add_comment,
    commentable,
    open_comments,
    place_comments,
    settle_comment,
)
from campaigns.review_states import CommentEnding
from campaigns.states import CampaignStatus
from newsletter.models import AuditEntry
from subscribers.models import Subscriber, Topic

HEADING = {"id": "h1", "type": "heading", "text": "Our next meeting"}
TEXT = {"id": "t1", "type": "rich_text", "html": "<p>We meet at noon.</p>"}


@pytest.fixture
def written(draft: Campaign) -> Campaign:
    CampaignContent.objects.update(blocks=[HEADING, TEXT])
    return draft


def placed(campaign: Campaign) -> list[PlacedComment]:
    return place_comments(open_comments(campaign), list(campaign.contents.all()))


def write(campaign: Campaign, *blocks: dict[str, str], subject: str = "Hello") -> None:
    save_content(
        campaign, language="en", subject=subject, preheader="", blocks=[*blocks], complete=False
    )


def test_a_comment_keeps_the_words_that_it_was_about(written: Campaign) -> None:
    comment = add_comment(written, language="en", part="t1", text=" At noon of where?\r\n ")

    assert (comment.text, comment.label, comment.words) == (
        "At noon of where?",
        "Text",
        "We meet at noon.",
    )
    [found] = placed(written)
    assert (found.place, found.is_gone, found.is_changed) == ("Block 2: Text", False, False)


def test_it_goes_with_its_block_and_says_what_became_of_it(written: Campaign) -> None:
    add_comment(written, language="en", part="t1", text="At noon of where?")

    write(written, TEXT, HEADING)
    [found] = placed(written)
    assert (found.place, found.is_changed, found.anchor) == ("Block 1: Text", False, "block-t1")

    write(written, {**TEXT, "html": "<p>We meet at noon of Kyiv.</p>"}, HEADING)
    [found] = placed(written)
    assert found.is_changed
    assert found.comment.words == "We meet at noon."

    write(written, HEADING)
    [found] = placed(written)
    assert (found.place, found.is_gone) == ("Text", True)
    assert found.comment.words == "We meet at noon."

    CampaignContent.objects.all().delete()
    assert [each.is_gone for each in placed(written)] == [True]


def test_lines_and_the_whole_email_can_be_commented_on(written: Campaign) -> None:
    add_comment(written, language="en", part="@subject", text="Shorter.")
    add_comment(written, language="en", part="", text="Friendlier.")
    write(written, HEADING, subject="")

    subject, whole = placed(written)
    assert (subject.place, subject.is_gone, subject.is_changed) == ("Subject", False, True)
    assert (subject.anchor, subject.comment.words) == (
        "subject",
        "You are invited, {given_name|colleague}",
    )
    assert (whole.place, whole.is_gone, whole.is_changed) == ("The whole email", False, False)


def test_the_menu_names_each_part_with_its_first_words(written: Campaign) -> None:
    assert commentable(written.contents.get()) == [
        ("", "The whole email"),
        ("@subject", "Subject – You are invited, {given_name|colleague}"),
        ("@preheader", "Preview text – Ninety minutes, online"),
        ("h1", "Block 1: Heading – Our next meeting"),
        ("t1", "Block 2: Text – We meet at noon."),
    ]


@pytest.mark.parametrize(
    ("part", "language", "text", "why"),
    [
        ("", "en", " \n", "Write what should be changed"),
        ("", "en", "x" * (MAXIMUM_COMMENT + 1), "at most 1,000 characters"),
        ("zz", "en", "x", "isn’t there any more"),
        ("@x", "en", "x", "isn’t there any more"),
        ("", "fr", "x", "no French version"),
        ("", "", "x", "no  version"),
    ],
)
def test_what_is_no_comment_is_refused(
    written: Campaign, part: str, language: str, text: str, why: str
) -> None:
    with pytest.raises(CannotComment, match=why.replace("  ", ".*")):
        add_comment(written, language=language, part=part, text=text)
    assert not ReviewComment.objects.exists()


def test_nobody_comments_on_what_has_left(written: Campaign) -> None:
    Campaign.objects.update(status=CampaignStatus.SENT)
    with pytest.raises(CannotComment, match="sent or cancelled"):
        add_comment(written, language="en", part="", text="Too late.")


def test_the_same_comment_twice_is_one_until_it_is_settled(written: Campaign) -> None:
    first = add_comment(written, language="en", part="", text="Shorter.")
    assert add_comment(written, language="en", part="", text="Shorter.") == first
    assert AuditEntry.objects.filter(action="campaign.commented").count() == 1
    settle_comment(written, first.pk)
    assert add_comment(written, language="en", part="", text="Shorter.") != first


def test_a_comment_is_settled_once_with_an_answer(written: Campaign) -> None:
    comment = add_comment(written, language="en", part="", text="Shorter.")
    settle_comment(written, comment.pk, answer=" It is. ")

    comment.refresh_from_db()
    assert (comment.ending, comment.answer) == (CommentEnding.DONE, "It is.")
    assert not open_comments(written)
    with pytest.raises(AlreadySettled, match="settled this comment on .* UTC: “It is.”"):
        settle_comment(written, comment.pk, answer="Me, too")
    with pytest.raises(ReviewComment.DoesNotExist):
        settle_comment(Campaign.objects.create(name="x", topic=written.topic), comment.pk)


def test_the_audit_log_keeps_facts_and_no_words_of_people(written: Campaign) -> None:
    comment = add_comment(written, language="en", part="t1", text="SECRET remark")
    settle_comment(written, comment.pk, answer="SECRET answer")

    entries = AuditEntry.objects.filter(action__startswith="campaign.comment").order_by("pk")
    assert [each.details for each in entries] == [{"language": "en", "part": "Text"}] * 2


def test_an_approval_with_open_comments_asks_and_closes_those_that_were_shown(
    written: Campaign, ada: Subscriber, sam: User
) -> None:
    first = add_comment(written, language="en", part="", text="Shorter.")
    with pytest.raises(CommentsOpen, match="1 comment is still open. An approval closes it."):
        approve(written, by="Sam", closes=[])
    second = add_comment(written, language="en", part="", text="Friendlier.")
    with pytest.raises(CommentsOpen, match="2 comments are still open"):
        approve(written, by="Sam", closes=[first.pk])
    assert open_comments(written).count() == 2

    approve(written, by="Sam", closes=[first.pk, second.pk])
    assert {*written.comments.values_list("ending", flat=True)} == {CommentEnding.APPROVED}


def test_a_request_for_changes_leaves_them_open(written: Campaign) -> None:
    add_comment(written, language="en", part="", text="Shorter.")
    Campaign.objects.update(status=CampaignStatus.IN_REVIEW)
    return_to_draft(written, by="Sam")
    assert open_comments(written).count() == 1


def test_they_stay_behind_when_a_campaign_leaves_a_need_to_know_topic(
    written: Campaign, ada: Subscriber, other_topic: Topic
) -> None:
    add_comment(written, language="en", part="", text="Of the inner circle.")
    approve(written, by="Sam")
    Topic.objects.filter(pk=written.topic_id).update(is_restricted=True, is_public=False)
    written = Campaign.objects.get()
    save_details(written, topic=other_topic)

    assert not ReviewComment.objects.exists()
    assert written.reviews.get().facts == {}
    assert written.reviews.get().version is None


def test_they_are_forgotten_with_the_recipients_of_their_campaign(
    written: Campaign, settings: Settings
) -> None:
    add_comment(written, language="en", part="", text="Shorter.")
    later = timezone.now() + settings.KEEP_DELIVERY_SUBSCRIBERS + timedelta(minutes=1)
    Campaign.objects.update(launched_at=timezone.now() + timedelta(hours=1))
    assert forget_reviewing(now=later) == 0
    Campaign.objects.update(launched_at=timezone.now())
    assert forget_reviewing(now=later) == 1

"""What differs from the last approval is said: texts, audience, sender and the event's facts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.content.assemble import render_content
from campaigns.content.edit import save_audience
from campaigns.models import Audience, Campaign, CampaignContent, Event
from campaigns.review.approval import approve, last_approval, return_to_draft
from campaigns.review.facts_in_words import facts_in_words
from campaigns.review.since_approval import (
    ChangesSince,
    changes_since_approval,
    changes_since_request,
    content_as_approved,
)
from campaigns.review.submit import submit
from newsletter.models import Brand
from newsletter.rendering.blocks.registry import BLOCK_TYPES, parts_shown
from subscribers.models import Label, Subscriber, SubscriberLabel, Topic
from subscribers.states import ArchiveAccess
from tests.as_read import as_read


@pytest.fixture
def approved(draft: Campaign, ada: Subscriber) -> Campaign:
    approve(draft, by="Ana")
    return draft


def since() -> ChangesSince:
    found = changes_since_approval(Campaign.objects.get())
    assert found is not None
    return found


def test_nothing_differs_from_what_was_just_approved_nor_where_nothing_was(
    draft: Campaign, ada: Subscriber
) -> None:
    assert changes_since_approval(draft) is None
    approve(draft, by="Ana")
    assert changes_since_approval(Campaign.objects.get()) is None


def test_texts_differ_by_language(approved: Campaign) -> None:
    CampaignContent.objects.update(subject="You are not invited, {given_name|colleague}")
    CampaignContent.objects.create(
        campaign=approved, language="fr", subject="Bonjour", blocks=[{"type": "divider"}]
    )

    english, french = since().languages
    assert [(each.label, [*each.kinds]) for each in english.changes] == [("Subject", ["Changed"])]
    pieces = english.changes[0].fields[0].pieces
    assert [piece.text.strip() for piece in pieces if piece.kind == "added"] == ["not"]
    assert (english.is_new, french.is_new) == (False, True)
    CampaignContent.objects.filter(language="en").delete()
    assert since().languages[0].is_gone


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda: Audience.objects.update(countries=["NZ"]), ("Countries", "All", "New Zealand")),
        (lambda: Audience.objects.update(languages=["fr"]), ("Languages", "All", "French")),
        (
            lambda: Audience.objects.update(rule="accepted"),
            ("Answers", "Everybody, whatever they answered", "People who come"),
        ),
        (
            lambda: Brand.objects.update(sender_name="Another"),
            (
                "Sender",
                "Interparliamentary Taskforce <news@lists.example.org>",
                "Another <news@lists.example.org>",
            ),
        ),
        (
            lambda: Brand.objects.update(reply_to=""),
            ("Replies go to", "office@example.org", "news@lists.example.org"),
        ),
        (lambda: Event.objects.update(venue="Kyiv"), ("Venue", "", "Kyiv")),
        (
            lambda: Event.objects.update(status="cancelled"),
            ("Status of the event", "Planned", "Cancelled"),
        ),
        (
            lambda: Event.objects.update(join_url="https://other.example/"),
            ("Meeting link", "https://meet.example.org/quarterly", "https://other.example/"),
        ),
        (
            lambda: Campaign.objects.update(archive_access=ArchiveAccess.NONE),
            ("Past emails", "Shown once it is sent", "Not shown"),
        ),
        (lambda: Campaign.objects.update(language="fr"), ("Main language", "English", "French")),
        (lambda: Campaign.objects.update(event=None), ("Event", "Another event", "None")),
        (
            lambda: Event.objects.update(texts={"fr": {"title": "Réunion"}}),
            ("Event in French", "", ""),
        ),
    ],
)
def test_facts_differ_in_words(
    approved: Campaign, change: Callable[[], Any], said: tuple[str, str, str]
) -> None:
    change()
    assert said in [(each.label, each.before, each.after) for each in since().facts]


def test_whatever_blocks_show_beside_their_texts_has_a_name(approved: Campaign) -> None:
    block = {"type": "event_card", "picture": "yes"}
    shown = {part for each in BLOCK_TYPES.values() for part in each.shows} | parts_shown([block])
    assert "picture" in shown
    for part in shown:
        before, after = (
            facts_in_words({"sender": ["A", "b", "c"], "shown": {part: value}}, approved)
            for value in ("x", "y")
        )
        assert before != after, part


def test_what_conditions_name_is_shown_as_changed_without_how_it_is_kept(
    draft: Campaign, ada: Subscriber
) -> None:
    label = Label.objects.create(name="Speakers")
    SubscriberLabel.objects.create(label=label, subscriber=ada, added_at=timezone.now())
    named = {"kind": "label", "label": label.pk}
    tree = {"match": "all", "conditions": [named], "except": []}
    save_audience(draft, countries=[], languages=[], conditions=tree)
    approve(draft, by="Ana")
    Label.objects.update(name="Panellists")
    [change] = [each for each in since().facts if each.label == "Named in the conditions"]
    assert (change.before, change.after) == ("", "")


def test_a_moved_event_says_both_times_in_its_own_zone(approved: Campaign) -> None:
    starts_at = Event.objects.get().starts_at + timedelta(hours=1)
    Event.objects.update(starts_at=starts_at)

    [change] = since().facts
    assert change.label == "Start"
    assert "12:00 Bucharest time" in as_read(change.before)
    assert "13:00 Bucharest time" in as_read(change.after)


def test_another_topic_is_not_named(approved: Campaign, other_topic: Topic) -> None:
    before = approved.topic.name
    Campaign.objects.update(topic=other_topic)
    [change] = [each for each in since().facts if each.label == "Topic"]
    assert (change.before, change.after) == ("Another topic", other_topic.name)
    assert before not in str(since().facts)


def test_the_approved_email_is_shown_as_it_was_with_the_facts_of_then(approved: Campaign) -> None:
    Event.objects.update(venue="Kyiv", title="Otherwise", previous_starts_at=timezone.now())
    CampaignContent.objects.update(blocks=[{"type": "heading", "text": "Another heading"}])

    review = last_approval(approved)
    assert review is not None
    content = content_as_approved(approved, review, "en")
    assert content is not None
    html = render_content(content).html
    assert "Our next meeting" in html
    assert "Quarterly meeting" in html
    for other in ("Kyiv", "Otherwise", "Another heading"):
        assert other not in html
    assert content_as_approved(approved, review, "fr") is None
    assert Event.objects.get().venue == "Kyiv", "nothing is saved"


def test_an_approval_from_before_they_were_kept_says_what_it_can(approved: Campaign) -> None:
    approved.reviews.update(facts={})
    Event.objects.update(venue="Kyiv")
    assert since().facts == []
    assert not since()
    approved.reviews.update(version=None)
    assert changes_since_approval(Campaign.objects.get()) is None


def test_whoever_requested_changes_sees_what_was_changed_since(
    draft: Campaign, ada: Subscriber
) -> None:
    submit(draft)
    return_to_draft(draft, by="Ana", note="Friendlier, please.")
    assert changes_since_request(Campaign.objects.get()) is None
    CampaignContent.objects.update(subject="You are warmly invited, {given_name|colleague}")
    Event.objects.update(venue="Elsewhere")

    found = changes_since_request(Campaign.objects.get())
    assert found is not None
    assert found.review.by == "Ana"
    [english] = found.languages
    pieces = english.changes[0].fields[0].pieces
    assert [piece.text.strip() for piece in pieces if piece.kind == "added"] == ["warmly"]
    assert "Elsewhere" in [each.after for each in found.facts]
    assert changes_since_approval(Campaign.objects.get()) is None

    approve(Campaign.objects.get(), by="Ana")
    assert changes_since_request(Campaign.objects.get()) is None

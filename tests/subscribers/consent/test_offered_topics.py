"""Saving a topic: whether it is public is announced where that is new, and nothing else is."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from newsletter.models import AuditEntry
from subscribers.consent.offered_topics import save_topic, topics_offered
from subscribers.models import Topic, TopicGrant
from subscribers.signals import topic_visibility_changed
from subscribers.states import ArchiveAccess


@pytest.fixture
def announced(db: None) -> Iterator[list[tuple[int, bool]]]:
    """The topics that were announced, each as it is saved then."""
    heard: list[tuple[int, bool]] = []

    def hear(sender: Any, *, topic: Topic, before: Topic, **kwargs: Any) -> str:
        assert before.pk == topic.pk
        heard.append((topic.pk, Topic.objects.get(pk=topic.pk).is_public))
        return "Heard."

    topic_visibility_changed.connect(hear)
    yield heard
    topic_visibility_changed.disconnect(hear)


def test_a_topic_that_becomes_public_or_no_longer_is_is_announced_once_it_is_saved(
    topic: Topic, announced: list[tuple[int, bool]]
) -> None:
    for is_public in (False, True):
        topic.is_public = is_public
        assert save_topic(topic) == ["Heard."]

    assert announced == [(topic.pk, False), (topic.pk, True)]


def test_who_may_read_its_past_emails_is_announced(
    topic: Topic, announced: list[tuple[int, bool]]
) -> None:
    topic.archive_access = ArchiveAccess.SUBSCRIBERS

    assert save_topic(topic) == ["Heard."]


def test_another_name_is_not_announced_nor_is_a_new_topic(
    topic: Topic, announced: list[tuple[int, bool]]
) -> None:
    topic.name = "Another"

    assert save_topic(topic) == []
    assert save_topic(Topic(slug="new", name="New", is_public=False)) == []
    assert announced == []
    assert set(Topic.objects.values_list("name", flat=True)) == {"Another", "New"}


def test_where_a_receiver_fails_nothing_is_saved(topic: Topic) -> None:
    def fail(sender: Any, **kwargs: Any) -> str:
        raise RuntimeError

    topic_visibility_changed.connect(fail)
    topic.is_public = False
    try:
        with pytest.raises(RuntimeError):
            save_topic(topic)
    finally:
        topic_visibility_changed.disconnect(fail)
    assert Topic.objects.get().is_public


def test_who_makes_a_topic_need_to_know_is_granted_it_and_both_are_recorded(
    topic: Topic, sam: User
) -> None:
    topic.is_public, topic.is_restricted = False, True
    save_topic(topic, by=sam)
    assert TopicGrant.objects.get().account == sam
    save_topic(topic, by=sam)
    assert TopicGrant.objects.count() == 1
    assert topic.slug == "quarterly-meetings", "it is in the headers of emails that were sent"
    topic.is_restricted = False
    save_topic(topic, by=sam)
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["topic.restricted", "grant.given", "topic.opened"]


def test_the_slug_of_a_topic_that_begins_as_need_to_know_can_not_be_guessed(db: None) -> None:
    topic = Topic(slug="inner-circle", name="Inner circle", is_public=False, is_restricted=True)
    save_topic(topic)
    assert re.fullmatch(r"inner-circle-[a-z0-9]{10}", topic.slug)
    assert save_topic(Topic(slug="inner-circle", name="Another")) == []
    longest = Topic(slug="a" * 60, name="Long", is_public=False, is_restricted=True)
    save_topic(longest)
    longest.full_clean()


def test_a_need_to_know_topic_is_never_public(topic: Topic) -> None:
    topic.is_restricted = True
    with pytest.raises(ValidationError, match="can’t be public"):
        topic.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        topic.save()
    assert list(topics_offered()) == [Topic.objects.get()]

"""Saving a topic: whether it is public is announced where that is new, and nothing else is."""

from collections.abc import Iterator
from typing import Any

import pytest

from subscribers.consent.offered_topics import save_topic
from subscribers.models import Topic
from subscribers.signals import topic_visibility_changed


@pytest.fixture
def announced(db: None) -> Iterator[list[tuple[int, bool]]]:
    """The topics that were announced, each as it is saved then."""
    heard: list[tuple[int, bool]] = []

    def hear(sender: Any, *, topic_id: int, **kwargs: Any) -> str:
        heard.append((topic_id, Topic.objects.get(pk=topic_id).is_public))
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

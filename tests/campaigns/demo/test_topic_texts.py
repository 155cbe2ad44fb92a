import pytest

from campaigns.demo.applications import MEMBERS
from campaigns.demo.followers import TOPICS
from campaigns.demo.topic_texts import TEXTS, texts_of
from subscribers.local_texts import checked_texts
from subscribers.models.topic import TOPIC_TEXTS


def test_each_topic_of_the_demo_has_texts_in_all_six_languages() -> None:
    assert set(TEXTS) == {*TOPICS, MEMBERS}
    assert {tuple(texts) for texts in TEXTS.values()} == {("fr", "es", "ro", "uk", "ar")}


@pytest.mark.parametrize("slug", TEXTS)
def test_its_texts_could_have_been_typed(slug: str) -> None:
    assert checked_texts(texts_of(slug), kinds=TOPIC_TEXTS) == texts_of(slug)

"""A form offers what there is now, and reads it once until something changes."""

from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.models import Brand
from subscribers.consent.sign_up_offer import current_offer
from subscribers.models import Topic


def test_it_is_read_once_until_something_changes(brand: Brand, topic: Topic) -> None:
    first = current_offer()
    with CaptureQueriesContext(connection) as captured:
        assert current_offer() == first
    assert len(captured) == 1
    assert first.topics == (topic,)
    assert brand.name in first.words

    Topic.objects.create(slug="forums", name="Forums", position=9)
    assert [one.slug for one in current_offer().topics] == [topic.slug, "forums"]
    Brand.objects.update(name="Renamed")
    assert "Renamed" in current_offer().words
    Topic.objects.update(is_public=False)
    assert current_offer().topics == ()


def test_a_form_about_topics_that_are_offered_no_more_is_closed(
    topic: Topic, other_topic: Topic
) -> None:
    Topic.objects.filter(pk=other_topic.pk).update(is_public=False)
    assert current_offer().of_form(named=(), about=[other_topic.slug]).is_closed
    form = current_offer().of_form(named=(), about=[other_topic.slug, topic.slug])
    assert (form.topics, form.is_closed) == ((topic,), False)

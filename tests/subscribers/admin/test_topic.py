"""Staff write topics, whose URL names stand in links."""

from django.test import Client

from subscribers.models import Topic


def test_a_topics_slug_is_chosen_once(sams: Client) -> None:
    add = "/staff/subscribers/topic/add/"
    fields = {"name": "Policy", "slug": "policy", "description": "", "position": "0"}
    assert sams.post(add, {**fields, "slug": "Not A Slug"}).status_code == 200
    assert sams.post(add, fields).status_code == 302
    topic = Topic.objects.get()
    sams.post(
        f"/staff/subscribers/topic/{topic.pk}/change/",
        {**fields, "name": "Policy updates", "slug": "other"},
    )
    topic.refresh_from_db()
    assert (topic.name, topic.slug) == ("Policy updates", "policy")
    assert (
        sams.post(f"/staff/subscribers/topic/{topic.pk}/delete/", {"post": "yes"}).status_code
        == 403
    )

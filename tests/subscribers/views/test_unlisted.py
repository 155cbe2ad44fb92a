"""An unlisted topic is there for whoever has its link, and for nobody else."""

import pytest
from django.test import Client

from newsletter.models import Brand
from subscribers.models import FormSubmission, Subscription, Topic
from tests.subscribers.views.conftest import Mailed

EVE = "eve@example.org"


@pytest.fixture
def unlisted(brand: Brand) -> Topic:
    return Topic.objects.create(
        slug="survivors-x7", name="Survivors’ circle", is_public=False, is_unlisted=True
    )


def test_it_is_on_no_page_without_its_link(client: Client, topic: Topic, unlisted: Topic) -> None:
    for where in ("/", "/subscribe/", "/subscribe/embed/", "/join/", "/archive/", "/events/"):
        assert "Survivors" not in client.get(where).content.decode(), where
    for guess in ("survivors", "survivors-x", "SURVIVORS-X7", "\0", "x" * 10_000):
        assert "Survivors" not in client.get("/subscribe/", {"topic": guess}).content.decode()


@pytest.mark.parametrize("where", ["/subscribe/", "/subscribe/embed/"])
def test_its_link_offers_and_ticks_it(
    client: Client, topic: Topic, unlisted: Topic, where: str
) -> None:
    page = client.get(where, {"topic": unlisted.slug}).content.decode()
    assert f'name="topics" value="{unlisted.slug}" checked' in page
    again = client.post(where, {"email": "no address", "topics": unlisted.slug}).content.decode()
    assert f'name="topics" value="{unlisted.slug}" checked' in again, "it stays when a form fails"


def test_somebody_with_its_link_can_subscribe(
    client: Client, topic: Topic, unlisted: Topic, mailed: Mailed
) -> None:
    client.post("/subscribe/", {"email": EVE, "topics": unlisted.slug})
    assert FormSubmission.objects.get().words.endswith(
        "about the topics I chose. I can unsubscribe at any time."
    )
    assert mailed(EVE) == ["confirmation"]
    assert Subscription.objects.get().topic == unlisted


def test_where_it_is_the_only_one_it_is_named_in_the_consent(
    client: Client, unlisted: Topic
) -> None:
    page = client.get("/subscribe/", {"topic": unlisted.slug}).content.decode()
    assert "about “Survivors’ circle”" in page
    client.post("/subscribe/", {"email": EVE, "topics": unlisted.slug})
    assert "“Survivors’ circle”" in FormSubmission.objects.get().words


def test_one_applies_by_link_where_it_is_moderated(client: Client, unlisted: Topic) -> None:
    Topic.objects.update(is_moderated=True)
    assert "Survivors" not in client.get("/join/").content.decode()
    page = client.get("/join/", {"topic": unlisted.slug}).content.decode()
    assert "Apply to join “Survivors’ circle”" in page


def test_a_topic_by_invitation_has_no_link(client: Client, topic: Topic, unlisted: Topic) -> None:
    Topic.objects.filter(pk=unlisted.pk).update(is_unlisted=False)
    page = client.get("/subscribe/", {"topic": unlisted.slug}).content.decode()
    assert "Survivors" not in page
    refused = client.post("/subscribe/", {"email": EVE, "topics": unlisted.slug})
    assert refused.status_code == 422
    assert not FormSubmission.objects.exists()

"""The page of an invitation: reading changes nothing, a press accepts, a used link says so."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from newsletter.models import Brand
from subscribers.consent.urls_in_mail import invitation_url
from subscribers.invitations.invite import invite
from subscribers.models import Subscriber, Topic


@pytest.fixture
def path(brand: Brand, sam: User) -> str:
    topic = Topic.objects.create(slug="advisers", name="Advisers", is_public=False)
    invitation = invite(topic, "eve@example.org", language="en", by=sam)
    assert invitation is not None
    return "/" + invitation_url(invitation.pk).split("/", 3)[3]


def test_nothing_happens_without_a_press(client: Client, path: str) -> None:
    for _ in range(3):
        page = client.get(path)
        client.head(path)
    assert "Accept invitation" in page.content.decode()
    assert "eve@" not in page.content.decode()
    assert not Subscriber.objects.exists()


def test_a_press_accepts_and_a_second_one_says_so(client: Client, path: str) -> None:
    assert "now subscribed" in client.post(path).content.decode()
    assert Subscriber.objects.get().subscriptions.get().status == "confirmed"
    assert client.post(path).status_code == 410
    assert client.get(path).status_code == 410


@pytest.mark.parametrize("token", ["forged", "A" * 28, "x" * 5_000, "%00"])
def test_a_forged_link_is_not_found(client: Client, brand: Brand, token: str) -> None:
    assert client.get(f"/invitation/{token}/").status_code == 404
    assert client.post(f"/invitation/{token}/").status_code == 404

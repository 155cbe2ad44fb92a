"""Sending and erasing ask who is there; looking doesn't."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from campaigns.content.fingerprint import fingerprint
from campaigns.models import Campaign
from newsletter.models import Brand
from staff.roles import AUDITOR, LIST_MANAGER, PUBLISHER, REVIEWER
from staff.sign_in.recent_sign_in import DO_IT_AGAIN
from subscribers.models import Subscriber
from tests.staff_members import PASSWORD, browser_of, sign_in_long_ago, staff_member

AGAIN = "/staff/login/again/?next="


@pytest.fixture
def publisher(brand: Brand) -> Client:
    """A publisher who has signed in an hour ago."""
    client = browser_of(staff_member("paul", PUBLISHER))
    sign_in_long_ago(client)
    return client


def send_page(campaign: Campaign) -> str:
    return reverse("admin:studio_launch", args=[campaign.pk])


def test_the_send_page_asks_when_it_is_opened_and_then_sends(
    publisher: Client, approved: Campaign
) -> None:
    page = send_page(approved)
    asked = publisher.get(page)["Location"]
    assert asked.startswith(AGAIN)
    assert publisher.post(asked, {"password": PASSWORD, "next": page})["Location"] == page
    fields = {"fingerprint": fingerprint(approved), "when": "now"}
    publisher.post(page, fields)
    approved.refresh_from_db()
    assert approved.status != "approved"


def test_nothing_is_sent_by_a_form_from_an_hour_ago(publisher: Client, approved: Campaign) -> None:
    fields = {"fingerprint": fingerprint(approved), "when": "now"}
    answer = publisher.post(send_page(approved), fields)
    assert answer["Location"].startswith(AGAIN)
    approved.refresh_from_db()
    assert approved.status == "approved"


@pytest.mark.parametrize(("minutes", "is_sent"), [(20, True), (29, True), (31, False)])
def test_half_an_hour_more_is_for_the_form_of_whoever_opened_it_in_time(
    minutes: int, is_sent: bool, approved: Campaign, brand: Brand
) -> None:
    client = browser_of(staff_member("pia", PUBLISHER))
    sign_in_long_ago(client, minutes=30 + minutes)
    client.post(send_page(approved), {"fingerprint": fingerprint(approved), "when": "now"})
    approved.refresh_from_db()
    assert (approved.status != "approved") is is_sent


def test_whoever_sent_too_late_is_told_so_on_the_send_page(
    publisher: Client, approved: Campaign
) -> None:
    page = send_page(approved)
    asked = publisher.post(page, {"fingerprint": fingerprint(approved), "when": "now"})["Location"]
    back = publisher.post(asked, {"password": PASSWORD, "next": page}, follow=True)
    assert back.redirect_chain[-1][0] == page
    assert DO_IT_AGAIN in back.content.decode()


def test_whoever_can_only_look_is_not_asked(approved: Campaign, brand: Brand) -> None:
    client = browser_of(staff_member("ria", REVIEWER))
    sign_in_long_ago(client)
    assert client.get(send_page(approved)).status_code == 200


def test_a_campaign_that_can_not_be_sent_yet_is_looked_at_without_asking(
    publisher: Client, draft: Campaign
) -> None:
    assert publisher.get(send_page(draft)).status_code == 200


def test_who_erases_half_an_hour_after_opening_the_page_erases(
    ada: Subscriber, brand: Brand
) -> None:
    client = browser_of(staff_member("lena", LIST_MANAGER))
    sign_in_long_ago(client, minutes=50)
    client.post(reverse("admin:subscribers_subscriber_erase", args=[ada.pk]))
    assert not Subscriber.objects.filter(pk=ada.pk).exists()


@pytest.mark.parametrize("press", [Client.get, Client.post], ids=["open", "press"])
def test_erasing_asks(press: Callable[..., object], ada: Subscriber, brand: Brand) -> None:
    client = browser_of(staff_member("lena", LIST_MANAGER))
    sign_in_long_ago(client)
    answer = press(client, reverse("admin:subscribers_subscriber_erase", args=[ada.pk]))
    assert answer["Location"].startswith(AGAIN)  # type: ignore[index] # an answer
    assert Subscriber.objects.filter(pk=ada.pk).exists()


@pytest.mark.parametrize(("minutes", "is_asked"), [(20, False), (40, True)])
def test_a_button_needs_no_time_to_be_filled_in(
    minutes: int, is_asked: bool, approved: Campaign, brand: Brand
) -> None:
    client = browser_of(staff_member("pia", PUBLISHER))
    sign_in_long_ago(client, minutes=minutes)
    Campaign.objects.filter(pk=approved.pk).update(status="paused")
    answer = client.post(reverse("admin:studio_control", args=[approved.pk]), {"act": "resume"})
    assert answer["Location"].startswith(AGAIN) is is_asked


def test_the_export_of_the_audit_log_asks_after_half_an_hour(brand: Brand) -> None:
    client = browser_of(staff_member("ada", AUDITOR))
    sign_in_long_ago(client, minutes=40)
    answer = client.post(reverse("admin:newsletter_auditentry_export"))
    assert answer["Location"].startswith(AGAIN)

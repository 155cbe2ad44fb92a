"""Pages behind links in mail are in the language of the mail, and say so in their switch."""

import re
from dataclasses import replace

import pytest
from django.contrib.auth.models import User
from django.test import Client
from pytest_django.fixtures import Settings

from newsletter.core.addresses import address_digest
from newsletter.core.tokens import Purpose, make_expiring_token
from newsletter.models import Brand
from subscribers.applications.apply import apply
from subscribers.consent.confirm import confirm
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.consent.urls_in_mail import confirm_url, invitation_url
from subscribers.invitations.invite import invite
from subscribers.models import AddressChange, Subscriber, Topic
from subscribers.states import ConsentMethod
from tests.subscribers.applications.applying import LEA, new_application
from tests.subscribers.views.test_owner_links import NEW, PAGES, path_of

FRENCH = {"Accept-Language": "fr"}


@pytest.fixture(autouse=True)
def languages(settings: Settings, brand: Brand) -> None:
    """Offer three languages."""
    settings.CONTENT_LANGUAGES = ["en", "fr", "ro"]


def languages_of(page: str) -> tuple[str, list[str], list[str]]:
    """Return the language of a page, those that its switch marks and those that it links to."""
    switch = re.search(r'<nav class="page-languages.*?</nav>', page, re.DOTALL)
    assert switch
    return (
        re.findall(r'<html lang="([^"]*)"', page)[0],
        re.findall(r'<span lang="([^"]*)"', switch[0]),
        re.findall(r'<a [^>]*hreflang="([^"]*)"', switch[0]),
    )


def assert_language_of_mail(client: Client, path: str) -> None:
    page = client.get(path, headers=FRENCH)
    assert (page.status_code, languages_of(page.text)) == (200, ("ro", ["ro"], ["en", "fr"]))
    for chosen in (f"{path}?language=fr", f"/fr{path}"):
        page = client.get(chosen, headers={"Accept-Language": "en"})
        assert languages_of(page.text) == ("fr", ["fr"], ["en", "ro"])
    after = client.get("/privacy/", headers=FRENCH)
    assert languages_of(after.text)[0] == "fr", "it is the language of that one page"


@pytest.mark.parametrize("purpose", PAGES)
def test_a_page_of_somebody_s_own_is_in_the_language_that_they_chose(
    client: Client, ada: Subscriber, purpose: Purpose
) -> None:
    Subscriber.objects.filter(pk=ada.pk).update(language="ro")
    change = AddressChange.objects.create(subscriber=ada, email=NEW, digest=address_digest(NEW))
    subject = change.pk if purpose is Purpose.NEW_ADDRESS else ada.pk
    assert_language_of_mail(client, PAGES[purpose].format(make_expiring_token(purpose, subject)))


def test_a_confirmation_is_in_the_language_of_the_sign_up_and_afterwards_of_the_person(
    client: Client, topic: Topic, other_topic: Topic
) -> None:
    sign_up = SignUp(
        email="eve@example.org",
        words="Yes.",
        method=ConsentMethod.FORM,
        topics=(topic,),
        language="ro",
    )
    subscribe(sign_up)
    eve = Subscriber.objects.get()
    path = path_of(confirm_url(eve))
    assert_language_of_mail(client, path)
    done = client.post(path, headers=FRENCH)
    assert languages_of(done.text)[0] == "ro"
    subscribe(replace(sign_up, topics=(other_topic,), language="fr"))
    assert languages_of(client.get(path).text)[0] == "ro", "whoever typed fr may be a stranger"
    confirm(eve.pk, method=ConsentMethod.MAIL_LINK)
    assert_language_of_mail(client, path)


def test_an_invitation_is_in_the_language_of_its_mail(client: Client, sam: User) -> None:
    topic = Topic.objects.create(slug="advisers", name="Advisers", is_public=False)
    invitation = invite(topic, "eve@example.org", language="ro", by=sam)
    assert invitation is not None
    path = path_of(invitation_url(invitation.pk))
    assert_language_of_mail(client, path)
    assert languages_of(client.post(path, headers=FRENCH).text)[0] == "ro"
    assert Subscriber.objects.get().language == "ro"


def test_an_applicant_confirms_in_the_language_of_the_application(
    client: Client, topic: Topic
) -> None:
    Topic.objects.filter(pk=topic.pk).update(is_moderated=True)
    topic.refresh_from_db()
    assert apply(new_application(topic, language="ro")) is not None
    lea = Subscriber.objects.get(digest=address_digest(LEA))
    assert_language_of_mail(client, path_of(confirm_url(lea)))

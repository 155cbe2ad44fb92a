"""An old staff form takes back nothing that was changed after it was opened."""

import pytest
from django.test import Client

from newsletter.models import AuditEntry, Brand
from subscribers.models import Subscriber, Topic
from subscribers.people.details import change_details
from tests.opened_form import opened_form


@pytest.fixture
def adas_page(ada: Subscriber) -> str:
    return f"/staff/subscribers/subscriber/{ada.pk}/change/"


def test_what_a_person_has_changed_themselves_stays(
    sams: Client, ada: Subscriber, adas_page: str
) -> None:
    form = opened_form(sams, adas_page)
    change_details(ada.pk, language="es", country="FR", time_zone="Europe/Paris")

    answer = sams.post(adas_page, {**form, "full_name": "Ada King"})

    assert answer.status_code == 302
    ada.refresh_from_db()
    assert (ada.full_name, ada.language, str(ada.country), ada.time_zone) == (
        "Ada King",
        "es",
        "FR",
        "Europe/Paris",
    )
    assert AuditEntry.objects.get().details == {"fields": ["Full name"]}


def test_what_was_corrected_on_the_form_counts_even_where_the_row_was_changed(
    sams: Client, ada: Subscriber, adas_page: str
) -> None:
    form = opened_form(sams, adas_page)
    change_details(ada.pk, country="FR", time_zone="Europe/Paris")

    sams.post(adas_page, {**form, "country": "GB", "time_zone": ""})

    ada.refresh_from_db()
    assert (str(ada.country), ada.time_zone) == ("GB", "")


def test_a_form_that_comes_back_with_a_mistake_still_knows_what_it_was_opened_with(
    sams: Client, ada: Subscriber, adas_page: str
) -> None:
    form = opened_form(sams, adas_page)
    change_details(ada.pk, country="FR")
    again = sams.post(adas_page, {**form, "full_name": "evil.com"})
    assert 'name="initial-country" value="NZ"' in again.content.decode()


def test_a_topic_that_a_colleague_took_off_the_public_pages_stays_off(
    sams: Client, topic: Topic
) -> None:
    page = f"/staff/subscribers/topic/{topic.pk}/change/"
    form = opened_form(sams, page)
    assert form["is_public"]
    Topic.objects.update(is_public=False, description="Of members alone.")

    sams.post(page, {**form, "name": "Meetings"})

    topic.refresh_from_db()
    assert (topic.name, topic.is_public, topic.description) == (
        "Meetings",
        False,
        "Of members alone.",
    )


def test_a_box_is_unticked_by_a_page_and_by_a_script(sams: Client, topic: Topic) -> None:
    page = f"/staff/subscribers/topic/{topic.pk}/change/"
    unticked = {name: each for name, each in opened_form(sams, page).items() if name != "is_public"}
    bare = {name: each for name, each in unticked.items() if not name.startswith("initial-")}
    for form in (unticked, bare):
        Topic.objects.update(is_public=True)
        assert sams.post(page, form).status_code == 302
        assert not Topic.objects.get().is_public


def test_the_brand_keeps_what_a_colleague_has_saved(sams: Client, brand: Brand) -> None:
    page = f"/staff/newsletter/brand/{brand.pk}/change/"
    form = opened_form(sams, page)
    Brand.objects.update(postal_address="2 New Street\nLondon", sender_email="new@example.org")

    sams.post(page, {**form, "tagline": "Meetings and more"})

    brand.refresh_from_db()
    assert (brand.tagline, brand.postal_address, brand.sender_email) == (
        "Meetings and more",
        "2 New Street\nLondon",
        "new@example.org",
    )

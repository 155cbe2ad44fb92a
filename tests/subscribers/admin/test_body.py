"""Staff add bodies, and names that members use for themselves."""

import json

from django.test import Client
from django.utils import translation

from subscribers.countries import USER_ASSIGNED, country_name, refresh_bodies
from subscribers.models import Body

ADD = "/staff/subscribers/body/add/"


def test_a_body_of_its_own_gets_a_code_and_is_offered(sams: Client) -> None:
    assert sams.post(ADD, {"name": "Nordic Council", "is_offered": "on"}).status_code == 302
    made = Body.objects.get(name="Nordic Council")
    assert made.code in USER_ASSIGNED
    refresh_bodies()
    assert country_name(made.code) == "Nordic Council"
    assert "Nordic Council" in sams.get("/staff/subscribers/body/").content.decode()


def test_a_country_gets_the_name_of_its_members_once(sams: Client) -> None:
    fields = {"name": "Palestine", "country": "PS", "is_offered": "on"}
    assert sams.post(ADD, fields).status_code == 302
    refresh_bodies()
    assert country_name("PS") == "Palestine"
    again = sams.post(ADD, {**fields, "name": "Another"})
    assert again.status_code == 200
    assert "has another name already" in again.content.decode()


def test_a_name_is_changed_and_its_code_stays(sams: Client) -> None:
    body = Body.objects.create(code="XA", name="Nordic Council")
    page = f"/staff/subscribers/body/{body.pk}/change/"
    fields = {"name": "Nordic Council of members", "country": "FI", "code": "FI"}
    assert sams.post(page, fields).status_code == 302
    body.refresh_from_db()
    assert (body.name, body.code, body.is_offered) == ("Nordic Council of members", "XA", False)


def test_whoever_may_only_look_changes_nothing(readers_only: Client) -> None:
    assert readers_only.post(ADD, {"name": "Nordic Council"}).status_code == 403


def test_names_are_written_side_by_side_in_the_languages_of_pages(sams: Client) -> None:
    body = Body.objects.create(code="XA", name="Nordic Council", names={"fr": "Conseil nordique"})
    page = f"/staff/subscribers/body/{body.pk}/change/"
    shown = sams.get(page).content.decode()
    for part in ("Conseil nordique", 'name="texts-ar-name"', 'lang="ar" dir="rtl"'):
        assert part in shown
    fields = {
        "name": body.name,
        "is_offered": "on",
        "texts-fr-name": "",
        "texts-uk-name": "  Північна\n рада ",
        "texts-ar-name": "مجلس الشمال",
    }
    assert sams.post(page, fields).status_code == 302
    body.refresh_from_db()
    assert body.names == {"uk": "Північна рада", "ar": "مجلس الشمال"}
    refresh_bodies()
    with translation.override("uk"):
        assert country_name("XA") == "Північна рада"
    with translation.override("fr"):
        assert country_name("XA") == "Nordic Council"


def test_a_name_that_is_too_long_is_refused_with_its_language(sams: Client) -> None:
    body = Body.objects.create(code="XA", name="Nordic Council")
    page = f"/staff/subscribers/body/{body.pk}/change/"
    answer = sams.post(page, {"name": body.name, "texts-uk-name": "x" * 101})
    assert answer.status_code == 200
    assert "Ukrainian, name: Use at most 100 characters." in answer.content.decode()
    body.refresh_from_db()
    assert body.names == {}


def test_a_form_that_was_opened_before_takes_no_name_back(sams: Client) -> None:
    body = Body.objects.create(code="XA", name="Nordic Council", names={"fr": "Conseil nordique"})
    page = f"/staff/subscribers/body/{body.pk}/change/"
    opened = {"initial-names": json.dumps({"fr": {"name": "Conseil nordique"}})}
    Body.objects.update(names={"fr": "Conseil nordique", "ar": "مجلس الشمال"})
    fields = {
        **opened,
        "name": "Council of the North",
        "initial-name": body.name,
        "texts-fr-name": "Conseil nordique",
    }
    assert sams.post(page, fields).status_code == 302
    body.refresh_from_db()
    assert (body.name, body.names["ar"]) == ("Council of the North", "مجلس الشمال")

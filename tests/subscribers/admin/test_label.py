"""The pages of labels, and labels on the pages of people."""

import pytest
from django.test import Client
from django.urls import reverse

from newsletter.models import AuditEntry
from staff.roles import ADMINISTRATOR, AUTHOR
from subscribers.labels.find import labels_of
from subscribers.labels.give import give_label
from subscribers.labels.keep import create_label
from subscribers.models import Label, Subscriber, Subscription, Topic
from tests.conftest import MakeSubscriber
from tests.staff_members import browser_of, staff_member
from tests.subscribers.admin.pages import PEOPLE

LABELS = "/staff/subscribers/label/"
BULK = f"{PEOPLE}label/"


def names_of(person: Subscriber) -> list[str]:
    return [label.name for label in labels_of(person.pk)]


def test_a_label_is_created_renamed_and_deleted_after_the_number_was_told(
    sams: Client, ada: Subscriber
) -> None:
    assert sams.post(f"{LABELS}add/", {"name": " Balkans "}).status_code == 302
    label = Label.objects.get()
    assert label.name == "Balkans"
    assert "There is a label" in sams.post(f"{LABELS}add/", {"name": "BALKANS"}).content.decode()
    give_label(ada, label)
    sams.post(f"{LABELS}{label.pk}/change/", {"name": "South-east"})
    assert names_of(ada) == ["South-east"]

    asked = sams.get(f"{LABELS}{label.pk}/remove/").content.decode()
    assert "Number of people: <strong>1</strong>" in asked
    assert Label.objects.exists()
    sams.post(f"{LABELS}{label.pk}/remove/")
    assert not Label.objects.exists()


def test_the_name_of_another_label_asks_to_merge(sams: Client, ada: Subscriber) -> None:
    label, other = create_label("Balkan"), create_label("Balkans")
    give_label(ada, label)
    answer = sams.post(f"{LABELS}{label.pk}/change/", {"name": "balkans"})
    asks = f"{LABELS}{label.pk}/merge/?into={other.pk}"
    assert answer.headers["Location"] == asks
    assert "Merge labels" in sams.get(asks).content.decode()
    assert names_of(ada) == ["Balkan"]
    sams.post(f"{LABELS}{label.pk}/merge/", {"into": other.pk})
    assert names_of(ada) == ["Balkans"]


def test_a_person_gets_and_loses_a_label_on_their_page(sams: Client, ada: Subscriber) -> None:
    label = create_label("Balkans")
    page = f"{PEOPLE}{ada.pk}/label/"
    told = sams.post(page, {"label": "No such"}, follow=True).content.decode()
    assert "There is no label “No such”" in told
    sams.post(page, {"label": "BALKANS"})
    assert "Balkans" in sams.get(f"{PEOPLE}{ada.pk}/change/").content.decode()
    sams.post(page, {"remove": label.pk})
    assert names_of(ada) == []


def test_the_list_of_people_is_filtered_by_label(
    sams: Client, ada: Subscriber, ben: Subscriber
) -> None:
    give_label(ada, create_label("Balkans"))
    shown = sams.get(PEOPLE, {"label": "balkans"}).content.decode()
    assert ada.email in shown
    assert ben.email not in shown
    assert ada.email not in sams.get(PEOPLE, {"label": "no such"}).content.decode()


@pytest.mark.parametrize("which", ["chosen", "all"])
def test_many_get_a_label_from_their_list_once_it_was_confirmed(
    which: str, sams: Client, ada: Subscriber, ben: Subscriber
) -> None:
    create_label("Balkans")
    fields = {"which": which, "label": "Balkans", "act": "add", "person": [ada.pk]}
    address = f"{BULK}?country=NZ"
    asked = sams.post(address, fields).content.decode()
    assert "1 person" in asked
    assert names_of(ada) == []
    sams.post(address, {**fields, "sure": "yes"})
    assert (names_of(ada), names_of(ben)) == (["Balkans"], [])
    sams.post(address, {**fields, "act": "remove", "sure": "yes"})
    assert names_of(ada) == []
    filters = [
        entry.details["filters"] for entry in AuditEntry.objects.filter(action="label.given")
    ]
    assert filters == [["country=NZ"] if which == "all" else []]


def test_all_of_a_search_get_it_and_the_log_does_not_say_what_was_searched_for(
    sams: Client, ada: Subscriber, ben: Subscriber
) -> None:
    create_label("Balkans")
    fields = {"which": "all", "label": "Balkans", "act": "add", "sure": "yes"}
    sams.post(f"{BULK}?q=lovelace", fields)
    assert (names_of(ada), names_of(ben)) == (["Balkans"], [])
    entry = AuditEntry.objects.get(action="label.given")
    assert "lovelace" not in str(entry.details).lower()
    assert entry.details["searched"] is True


def test_nobody_is_labelled_where_nobody_was_chosen(sams: Client, ada: Subscriber) -> None:
    create_label("Balkans")
    told = sams.post(BULK, {"label": "Balkans", "act": "add"}, follow=True).content.decode()
    assert "Choose people in the list" in told
    assert names_of(ada) == []


def test_people_who_are_hidden_get_no_label_and_are_not_counted(
    sams: Client, ada: Subscriber, ben: Subscriber, other_topic: Topic
) -> None:
    Topic.objects.filter(pk=other_topic.pk).update(is_restricted=True, is_public=False)
    Subscription.objects.filter(subscriber=ben).update(topic=other_topic)
    label = create_label("Balkans")
    give_label(ben, label)
    page = sams.get(f"{LABELS}{label.pk}/change/").content.decode()
    assert "Number of people with this label: <strong>0</strong>" in page
    sams.post(BULK, {"which": "all", "label": "Balkans", "act": "remove", "sure": "yes"})
    assert names_of(ben) == ["Balkans"]
    assert sams.post(f"{PEOPLE}{ben.pk}/label/", {"label": "Balkans"}).status_code == 404


def test_small_numbers_are_hidden_from_whoever_may_not_see_people(
    topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    label, larger = create_label("Balkans"), create_label("Baltics")
    people = [make_subscriber(f"p{number}@example.org", topic=topic) for number in range(6)]
    for person in people:
        give_label(person, larger)
    give_label(people[0], label)
    browser = browser_of(staff_member("max", ADMINISTRATOR))
    shown = browser.get(LABELS).content.decode()
    assert shown.count("Fewer than 5") == 1
    assert "Fewer than 5" in browser.get(f"{LABELS}{label.pk}/remove/").content.decode()
    assert "<strong>6</strong>" in browser.get(f"{LABELS}{larger.pk}/remove/").content.decode()


def test_suggestions_are_for_those_who_see_labels(sams: Client) -> None:
    create_label("Balkans & Baltics")
    page = reverse("admin:subscribers_label_suggest")
    assert 'value="Balkans &amp; Baltics"' in sams.get(page, {"label": "bal"}).content.decode()
    assert browser_of(staff_member("ann", AUTHOR)).get(page).status_code == 403

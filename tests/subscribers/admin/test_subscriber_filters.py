"""Filters of the list of people are saved under a name, for oneself or for all, and deleted."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from newsletter.models import AuditEntry
from staff.roles import ADMINISTRATOR, LIST_MANAGER
from subscribers.audit_actions import SavedFilterAction
from subscribers.models import SavedFilter, Subscriber, Topic
from subscribers.need_to_know.grants import grant
from subscribers.people.saved_filters import MOST_OF_ONE, MOST_SHOWN
from tests.staff_members import browser_of, staff_member
from tests.subscribers.admin.pages import PEOPLE

FILTERS = f"{PEOPLE}filters/"


@pytest.fixture
def lia(db: None, ada: Subscriber) -> Client:
    return browser_of(staff_member("lia", LIST_MANAGER))


@pytest.fixture
def leo(db: None) -> Client:
    return browser_of(staff_member("leo", LIST_MANAGER))


def save(client: Client, query: str, **fields: str) -> str:
    answer = client.post(f"{FILTERS}?{query}", fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def page(client: Client, **query: str) -> str:
    return client.get(PEOPLE, query).content.decode()


def test_filters_are_saved_listed_and_lead_to_the_same_list(lia: Client) -> None:
    assert "Save these filters" not in page(lia)
    assert "Save these filters" in page(lia, status="confirmed")
    done = save(lia, "status=confirmed&country__exact=NZ&after=7", name="New Zealand")
    assert "Saved as “New Zealand”." in done
    saved = SavedFilter.objects.get()
    assert saved.filters == "status=confirmed&country__exact=NZ"
    assert f'href="{PEOPLE}?status=confirmed&amp;country__exact=NZ"' in page(lia)


def test_no_words_of_a_search_are_kept(lia: Client) -> None:
    save(lia, "status=confirmed&q=ada%40example.nz", name="Found")
    assert "ada" not in SavedFilter.objects.get().filters
    assert "Choose a filter first" in save(lia, "q=ada", name="Ada")
    assert SavedFilter.objects.count() == 1


@pytest.mark.parametrize(
    ("query", "name", "why"),
    [
        ("status=confirmed", "  ", "Enter a name"),
        ("status=confirmed", "n" * 81, "at most 80"),
        ("", "All", "Choose a filter first"),
        ("email__startswith=a&password=b", "Odd", "Choose a filter first"),
        (f"label={'x' * 2000}", "Long", "too long"),
    ],
)
def test_what_can_not_be_saved_is_refused_with_a_reason(
    lia: Client, query: str, name: str, why: str
) -> None:
    assert why in lia.post(f"{FILTERS}?{query}", {"name": name}, follow=True).content.decode() or (
        query.startswith("email")
    )
    assert not SavedFilter.objects.exists()


@pytest.mark.thorough
def test_a_button_that_is_pressed_twice_saves_one_filter(lia: Client) -> None:
    for number in range(MOST_OF_ONE):
        for _ in range(2):
            assert "Saved as" in save(lia, f"label={number}", name=f"Number {number}")
    assert SavedFilter.objects.count() == MOST_OF_ONE
    assert AuditEntry.objects.filter(action=SavedFilterAction.SAVED).count() == MOST_OF_ONE
    assert "Delete one first" in save(lia, "label=0", name="Number 0", share="on")


def test_a_name_is_taken_once_and_there_is_a_most(lia: Client, leo: Client) -> None:
    save(lia, "status=confirmed", name="Mine")
    assert "already" in save(lia, "status=pending", name="Mine")
    assert "Saved as" in save(leo, "status=pending", name="Mine")
    for number in range(MOST_OF_ONE):
        save(lia, "status=pending", name=f"Number {number}")
    assert SavedFilter.objects.filter(owner__username="lia").count() == MOST_OF_ONE
    assert "Delete one first" in save(lia, "status=pending", name="One more")


def test_what_is_shared_is_seen_by_colleagues_and_deleted_by_its_owner_or_an_administrator(
    lia: Client, leo: Client
) -> None:
    save(lia, "status=confirmed", name="Own one")
    save(lia, "status=pending", name="For all", share="yes")
    seen = page(leo)
    assert "For all" in seen
    assert "Own one" not in seen
    shared, own = SavedFilter.objects.get(name="For all"), SavedFilter.objects.get(name="Own one")
    said = [
        leo.post(f"{FILTERS}{number}/", follow=True).content.decode()
        for number in (shared.pk, own.pk, 10**9)
    ]
    assert "a colleague saved it" in said[0]
    assert all("no such saved filter" in each for each in said[1:]), "not even that it is there"
    ria = browser_of(staff_member("ria", LIST_MANAGER, ADMINISTRATOR))
    assert "deleted" in ria.post(f"{FILTERS}{shared.pk}/", follow=True).content.decode()
    assert "deleted" in lia.post(f"{FILTERS}{own.pk}/", follow=True).content.decode()
    assert not SavedFilter.objects.exists()
    codes = AuditEntry.objects.filter(action__startswith="filter.")
    assert sorted(codes.values_list("action", flat=True)) == [
        *["filter.deleted"] * 2,
        *["filter.saved"] * 2,
    ]


def test_a_filter_that_names_a_hidden_topic_is_shown_to_those_who_are_granted_it(
    lia: Client, db: None
) -> None:
    hidden = Topic.objects.create(
        slug="inner", name="Inner circle", is_public=False, is_restricted=True
    )
    account = staff_member("max", LIST_MANAGER)
    grant(hidden, account, until=timezone.now() + timedelta(days=9), by="ria")
    max_ = browser_of(account)
    save(max_, "topic=inner", name="Wolperting", share="yes")
    assert "Wolperting" in page(max_)
    assert "Wolperting" not in page(lia)
    answer = lia.post(f"{FILTERS}{SavedFilter.objects.get().pk}/", follow=True)
    assert "no such saved filter" in answer.content.decode()
    assert AuditEntry.objects.get(action="filter.saved").topic_id == hidden.pk


def test_whoever_may_only_look_saves_none(lia: Client, readers_only: Client) -> None:
    save(lia, "status=confirmed", name="For all", share="yes")
    assert "For all" in page(readers_only)
    assert "Save these filters" not in page(readers_only, status="confirmed")
    assert readers_only.post(f"{FILTERS}?status=pending", {"name": "x"}).status_code == 403


def test_what_is_typed_as_an_institution_is_saved_for_oneself_alone(
    lia: Client, leo: Client
) -> None:
    query = "institution=Office+of+Ada+Lovelace"
    assert "can’t be shared" in save(lia, query, name="Hers", share="on")
    assert not SavedFilter.objects.exists()
    assert "Saved as “Hers”." in save(lia, query, name="Hers")
    assert "Office+of" not in page(leo)


def test_ones_own_filters_stand_before_those_of_colleagues(lia: Client) -> None:
    colleague = staff_member("mia", LIST_MANAGER)
    for number in range(MOST_SHOWN):
        SavedFilter.objects.create(
            owner=colleague, name=f"A {number:02}", filters="status=confirmed", is_shared=True
        )
    save(lia, "status=confirmed", name="Zoe’s")
    assert "Zoe’s" in page(lia)

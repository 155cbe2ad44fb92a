"""The staff page that exports evidence of consent: who may, what is in it, and what is hidden."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from newsletter.models import AuditEntry, Brand
from staff.roles import ADMINISTRATOR, AUDITOR, LIST_MANAGER, ROLES
from subscribers.audit_actions import ConsentAuditAction
from subscribers.consent.confirm import confirm
from subscribers.consent.subscribe import SignUp, subscribe
from subscribers.models import ConsentRecord, Subscriber, Topic
from subscribers.need_to_know.grants import grant
from subscribers.people.discreet import set_discreet
from subscribers.people.erase import erase
from subscribers.states import ConsentMethod
from tests.discretion import NEUTRAL
from tests.staff_members import browser_of, sign_in_long_ago, staff_member

pytestmark = pytest.mark.django_db

PAGE = "/staff/consent/"
EVE = "eve@example.org"


@pytest.fixture
def tess() -> User:
    return staff_member("tess", AUDITOR)


@pytest.fixture
def auditors(tess: User) -> Client:
    return browser_of(tess)


@pytest.fixture
def eve(brand: Brand, topic: Topic) -> Subscriber:
    subscribe(
        SignUp(
            email=EVE,
            topics=(topic,),
            words="Yes, write to me.",
            full_name="Eve Example",
            method=ConsentMethod.FORM,
            network="192.0.2.0/24",
        )
    )
    confirm(Subscriber.objects.get().pk, method=ConsentMethod.MAIL_LINK)
    return Subscriber.objects.get()


def person(format_: str = "json", address: str = EVE) -> dict[str, str]:
    return {"about": "person", "address": address, "person_format": format_}


def period(topic: Topic, format_: str = "json", **days: str) -> dict[str, object]:
    today = timezone.now().date()
    return {
        "about": "topic",
        "topic": topic.pk,
        "since": days.get("since", str(today)),
        "until": days.get("until", str(today + timedelta(days=1))),
        "topic_format": format_,
    }


def told(client: Client, said: object) -> dict[str, Any]:
    answer: Any = client.post(PAGE, said)
    found: dict[str, Any] = json.loads(b"".join(answer.streaming_content))
    return found


@pytest.mark.parametrize("role", ROLES.values(), ids=list(ROLES))
def test_auditors_and_administrators_may_export(role: object, eve: Subscriber) -> None:
    allowed = role in (AUDITOR, ADMINISTRATOR)
    browser = browser_of(staff_member("max", role))  # type: ignore[arg-type] # a role of the table
    assert browser.get(PAGE).status_code == (200 if allowed else 403)
    assert browser.post(PAGE, person()).status_code == (200 if allowed else 403)
    assert AuditEntry.objects.filter(action=ConsentAuditAction.EXPORTED).exists() is allowed


def test_one_person_is_exported_with_words_signatures_and_seals(
    auditors: Client, eve: Subscriber
) -> None:
    found = told(auditors, person(address=" EVE@Example.org "))

    assert found["about"] == {"address": "EVE@example.org", "address_code": eve.digest}
    assert found["made_by"] == "tess"
    asked, confirmed = found["records"]
    assert asked["network"] == "192.0.2.0/24"
    assert asked["details"]["full_name"] == "Eve Example"
    assert confirmed["wording"]["text"] == "Yes, write to me."
    assert confirmed["wording"]["version"] == 1
    assert confirmed["is_as_written"] is True


def test_a_person_who_was_erased_is_found_by_their_code(auditors: Client, eve: Subscriber) -> None:
    erase(eve.pk)

    records = told(auditors, person())["records"]
    assert [entry["action"] for entry in records] == ["requested", "confirmed", "unsubscribed"]
    assert "Eve Example" not in json.dumps(records)
    assert records[0]["no_longer_kept"]["why"] == "Erased at their request"
    assert records[1]["no_longer_kept"] is None, "it had no circumstances"


def test_a_topic_is_exported_by_its_days_and_names_people_by_code_alone(
    auditors: Client, eve: Subscriber, topic: Topic, other_topic: Topic
) -> None:
    found = told(auditors, period(topic))
    assert found["count"] == 2
    assert eve.digest in json.dumps(found)
    assert EVE not in json.dumps(found)
    assert "Eve Example" not in json.dumps(found)

    before = {"since": "2020-01-01", "until": str(timezone.now().date() - timedelta(days=1))}
    assert told(auditors, period(topic, **before))["count"] == 0
    assert told(auditors, period(other_topic))["count"] == 0


def test_a_page_to_print_shows_what_was_altered(auditors: Client, eve: Subscriber) -> None:
    page = auditors.post(PAGE, person("page")).content.decode()
    assert "Record" in page
    assert "Yes, write to me." in page
    assert "<strong>No</strong>" not in page

    ConsentRecord.objects.filter(action="confirmed").update(language="xx")
    assert "<strong>No</strong>" in auditors.post(PAGE, person("page")).content.decode()


def test_each_export_is_recorded_without_the_address(
    auditors: Client, eve: Subscriber, topic: Topic
) -> None:
    auditors.post(PAGE, person())
    auditors.post(PAGE, period(topic))

    one, two = AuditEntry.objects.filter(action=ConsentAuditAction.EXPORTED).order_by("pk")
    assert (one.object_label, one.details, one.actor_name) == ("one person", {"records": 2}, "tess")
    assert (two.topic_id, two.details["records"]) == (topic.pk, 2)
    assert EVE not in json.dumps([one.details, two.details, one.object_label, two.object_label])


def test_what_is_need_to_know_is_there_for_whoever_is_granted_it(
    auditors: Client, tess: User, eve: Subscriber, topic: Topic
) -> None:
    Topic.objects.filter(pk=topic.pk).update(is_restricted=True, is_public=False)
    stranger = told(auditors, person(address="nobody@example.org"))
    hidden = told(auditors, person())
    assert hidden["records"] == stranger["records"] == []
    refused = auditors.post(PAGE, period(topic))
    assert refused.status_code == 422
    assert topic.name not in refused.content.decode()

    grant(topic, tess, until=timezone.now() + timedelta(days=1), by="iris")
    assert told(auditors, person())["count"] == 2
    assert told(auditors, period(topic))["count"] == 2


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"about": "person", "address": "", "person_format": "json"}, "Enter an email address."),
        ({"about": "person", "address": "x@@y", "person_format": "json"}, "@"),
        ({"about": "topic", "topic_format": "json"}, "Choose a topic."),
        ({"about": "topic", "topic": "999999", "topic_format": "json"}, "Choose a topic."),
    ],
)
def test_what_is_missing_or_wrong_is_said_beside_its_field(
    auditors: Client, said: dict[str, str], message: str
) -> None:
    answer = auditors.post(PAGE, said)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    assert not AuditEntry.objects.filter(action=ConsentAuditAction.EXPORTED).exists()


def test_days_in_the_wrong_order_are_refused(auditors: Client, topic: Topic) -> None:
    answer = auditors.post(PAGE, period(topic, since="2026-02-01", until="2026-01-01"))
    assert answer.status_code == 422
    assert "The last day is before the first." in answer.content.decode()


def test_whoever_signed_in_long_ago_is_asked_again(auditors: Client, eve: Subscriber) -> None:
    sign_in_long_ago(auditors)
    assert auditors.get(PAGE).status_code == 302
    assert auditors.post(PAGE, person()).status_code == 302
    assert not AuditEntry.objects.filter(action=ConsentAuditAction.EXPORTED).exists()


@pytest.mark.parametrize("is_over", [False, True], ids=["on", "over"])
def test_it_tells_nobody_who_may_not_know_that_somebody_is_or_was_in_discreet_mode(
    auditors: Client, eve: Subscriber, topic: Topic, settings: Settings, is_over: bool
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "localhost", NEUTRAL["neutral_domain"]]
    Brand.objects.update(**NEUTRAL)
    before = told(auditors, person())
    set_discreet(eve.pk, on=True)
    if is_over:
        set_discreet(eve.pk, on=False)

    for said in (person(), period(topic)):
        exported = told(auditors, said)
        assert "discreet" not in json.dumps(exported).casefold()
        assert exported["count"] == len(exported["records"]) == before["count"]
        assert AuditEntry.objects.latest("pk").details["records"] == before["count"]
    page = auditors.post(PAGE, person("page")).content.decode()
    assert "discreet" not in page.casefold()

    knows = staff_member("lou", AUDITOR, LIST_MANAGER)
    assert "discreet" in json.dumps(told(browser_of(knows), person()))


def test_an_address_that_is_unknown_is_said_to_be_so(auditors: Client, eve: Subscriber) -> None:
    answer = auditors.post(PAGE, person("page", "nobody@example.org"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "We have no record of consent under this address." in page
    assert "<dt>Records</dt>" not in page
    assert "<dt>Records</dt>" in auditors.post(PAGE, person("page")).content.decode()

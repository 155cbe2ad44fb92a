"""The list of people is downloaded as it is filtered, by whoever may, and the audit log says so."""

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from newsletter.models import AuditEntry
from staff.roles import ADMINISTRATOR, AUDITOR, LIST_MANAGER, Role
from subscribers.models import Subscriber, Topic
from subscribers.need_to_know.grants import grant
from tests.conftest import MakeSubscriber
from tests.staff_members import browser_of, staff_member
from tests.subscribers.admin.pages import PEOPLE

EXPORT = f"{PEOPLE}export/"


@pytest.fixture
def lia(db: None) -> Client:
    return browser_of(staff_member("lia", LIST_MANAGER))


def downloaded(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.post(f"{EXPORT}?{query}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"].startswith('attachment; filename="subscribers-20')
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    return list(csv.DictReader(io.StringIO(text, newline="")))


def names(rows: list[dict[str, str]]) -> list[str]:
    return sorted(row["full_name"] for row in rows)


def test_it_has_all_people_of_the_list(
    lia: Client, ada: Subscriber, ben: Subscriber, dora: Subscriber
) -> None:
    assert "Download this list" in lia.get(PEOPLE).content.decode()
    assert names(downloaded(lia)) == ["Ada Lovelace", "Ben Okri", "Dora Maar"]


def test_it_has_those_whom_filters_and_search_show(
    lia: Client, ada: Subscriber, ben: Subscriber, dora: Subscriber
) -> None:
    assert names(downloaded(lia, "status=unsubscribed")) == ["Dora Maar"]
    assert names(downloaded(lia, "q=lovelace")) == ["Ada Lovelace"]
    assert names(downloaded(lia, "country__exact=NZ&status=confirmed")) == ["Ada Lovelace"]
    assert names(downloaded(lia, "q=nobody-of-this-name")) == []


def test_all_pages_of_a_long_list_are_in_it(
    lia: Client, topic: Topic, make_subscriber: MakeSubscriber
) -> None:
    for number in range(130):
        make_subscriber(f"reader{number}@example.org", topic=topic)
    assert len({row["email"] for row in downloaded(lia)}) == 130


def test_a_cell_that_a_spreadsheet_would_run_is_harmless(lia: Client, ada: Subscriber) -> None:
    Subscriber.objects.update(institution="=HYPERLINK(1)")
    assert downloaded(lia)[0]["institution"] == "'=HYPERLINK(1)"


def test_the_audit_log_says_who_and_how_many_and_no_words_of_a_search(
    lia: Client, ada: Subscriber, ben: Subscriber
) -> None:
    Subscriber.objects.update(institution="Office of Ada Lovelace")
    downloaded(lia, "q=lovelace&status=confirmed&institution=Lovelace")
    entry = AuditEntry.objects.get(action="subscribers.exported")
    assert entry.actor_name == "lia"
    assert entry.details["rows"] == 1
    assert entry.details["filters"] == ["status=confirmed", "institution=…"]
    assert entry.details["searched"] is True
    assert "lovelace" not in str(entry.details).lower()


@pytest.mark.parametrize("role", [AUDITOR, ADMINISTRATOR])
def test_nobody_else_may(ada: Subscriber, role: Role) -> None:
    client = browser_of(staff_member("other", role))
    assert client.post(EXPORT).status_code == 403
    assert "Download this list" not in client.get(PEOPLE).content.decode()


def test_reading_its_address_leads_to_the_list(lia: Client, ada: Subscriber) -> None:
    assert lia.get(f"{EXPORT}?status=confirmed")["Location"] == f"{PEOPLE}?status=confirmed"
    assert not AuditEntry.objects.filter(action="subscribers.exported").exists()


def test_filters_that_make_no_sense_lead_back(lia: Client, ada: Subscriber) -> None:
    assert lia.post(f"{EXPORT}?created_at__gte=yesterday").status_code in (302, 400)


def test_need_to_know_topics_are_left_out_unless_they_are_asked_for(
    ada: Subscriber, make_subscriber: MakeSubscriber
) -> None:
    account = staff_member("lia", LIST_MANAGER)
    lia = browser_of(account)
    secret = Topic.objects.create(slug="secret", name="Secret", is_restricted=True, is_public=False)
    eve = make_subscriber("eve@example.org", topic=secret)
    assert names(downloaded(lia)) == ["Ada Lovelace"]
    assert lia.post(f"{EXPORT}?topic=secret")["Location"] == PEOPLE
    assert "secret" not in str(AuditEntry.objects.values_list("details", flat=True))

    grant(secret, account, until=timezone.now() + timedelta(days=9), by="ria")
    assert names(downloaded(lia)) == ["Ada Lovelace"]
    assert [row["email"] for row in downloaded(lia, "topic=secret")] == [eve.email]


def test_people_in_discreet_mode_are_left_out_for_whoever_may_not_see_them(
    ada: Subscriber, ben: Subscriber
) -> None:
    Subscriber.objects.filter(pk=ben.pk).update(discreet_since=timezone.now())
    lia = browser_of(staff_member("lia", LIST_MANAGER))
    assert names(downloaded(lia)) == ["Ada Lovelace", "Ben Okri"]

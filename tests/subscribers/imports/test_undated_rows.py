"""Rows without a date of consent: staff are told, and the evidence doesn't make one up."""

import json
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client

from newsletter.core.addresses import address_digest
from newsletter.core.tokens import Purpose, make_expiring_token
from newsletter.models import Brand
from staff.roles import AUDITOR, LIST_MANAGER
from subscribers.evidence.statement import stated
from subscribers.imports.row_outcomes import RowOutcome, RowOutcomes, all_rows
from subscribers.imports.rows.row import UNDATED
from subscribers.models import ConsentRecord, ImportBatch, Subscriber, Topic
from subscribers.people.held_data.of_subscribers import tables_of_subscribers
from tests.staff_members import browser_of, staff_member
from tests.subscribers.imports.sheets import take

SHEET = """E-mail,Timestamp,Newsletter
dated@example.org,2024-01-31 12:00,yes
undated@example.org,,yes
unclear@example.org,3/4/2024,yes
left@example.org,,no
"""


@pytest.fixture
def imported(brand: Brand, topic: Topic) -> dict[str, ConsentRecord]:
    report = take(SHEET, topic)
    assert f"{UNDATED} (1 row)" in report.warnings
    found = {}
    for name in ("dated", "undated", "unclear", "left"):
        found[name] = ConsentRecord.objects.get(digest=address_digest(f"{name}@example.org"))
    return found


def test_a_look_counts_them(topic: Topic) -> None:
    report = take(SHEET, topic, dry_run=True)
    assert f"{UNDATED} (1 row)" in report.warnings
    report = take("E-mail\na@example.org\nb@example.org\n", topic, dry_run=True)
    assert f"{UNDATED} (2 rows)" in report.warnings


@pytest.mark.parametrize("dry_run", [True, False])
def test_each_row_without_a_date_says_so_where_its_person_is_added(
    topic: Topic, tmp_path: Path, dry_run: bool
) -> None:
    with RowOutcomes(tmp_path / "rows") as outcomes:
        take(SHEET + "undated@example.org,,yes\n", topic, dry_run=dry_run, outcomes=outcomes)
    reasons = {
        row.number: row.reason
        for row in all_rows(tmp_path / "rows")
        if row.outcome == RowOutcome.ADDED
    }
    assert reasons == {
        2: "",
        3: "The row has no date of consent.",
        4: "The date of consent can’t be read. It is kept as text.",
    }


def test_the_record_of_the_import_says_how_many_for_good(topic: Topic) -> None:
    again = "undated@example.org,,yes\n"  # is added once
    take(f"{SHEET}{again}", topic)
    take(f"E-mail,Timestamp,Newsletter\nnew@example.org,2024-01-31 12:00,yes\n{again}", topic)
    assert list(ImportBatch.objects.order_by("pk").values_list("undated", flat=True)) == [1, 0]
    lena: User = staff_member("lena", LIST_MANAGER)
    first = ImportBatch.objects.earliest("pk")
    page = browser_of(lena).get(f"/staff/subscribers/importbatch/{first.pk}/change/")
    assert "Added without a date of consent" in page.content.decode()


def test_the_evidence_says_that_no_date_was_given(imported: dict[str, ConsentRecord]) -> None:
    assert {name for name, record in imported.items() if record.when is None} == {
        "undated",
        "unclear",
        "left",
    }
    entries = {entry["address_code"]: entry for entry in stated(ConsentRecord.objects.all())}
    for name, record in imported.items():
        entry = entries[record.digest]
        assert bool(entry["given_at"]) == (name == "dated")
        assert entry["recorded_at"]
        assert entry["is_as_written"]


def test_the_pages_of_staff_say_so(imported: dict[str, ConsentRecord]) -> None:
    auditor = browser_of(staff_member("tess", AUDITOR))
    for name, said in (("undated", True), ("dated", False)):
        asked = {
            "about": "person",
            "address": f"{name}@example.org",
            "person_format": "page",
        }
        page = auditor.post("/staff/consent/", asked).content.decode()
        assert ("Not given in the imported list" in page) == said
    lena: User = staff_member("lena", LIST_MANAGER)
    undated = Subscriber.objects.get(email="undated@example.org")
    answer = browser_of(lena).get(f"/staff/subscribers/subscriber/{undated.pk}/change/")
    assert "No date given, imported" in answer.content.decode()


def test_the_person_reads_so_too(client: Client, imported: dict[str, ConsentRecord]) -> None:
    undated = Subscriber.objects.get(email="undated@example.org")
    path = f"/preferences/receipt/{make_expiring_token(Purpose.MANAGE, undated.pk)}/"
    assert "The list didn’t say. It was imported on" in client.get(path).content.decode()
    [entry] = json.loads(client.get(f"{path}consent.json").content)["records"]
    assert entry["given_at"] is None
    tables = {table.name: table for table in tables_of_subscribers(undated, {undated.digest})}
    assert [row["given_at"] for row in tables["consent_records"].given()] == [None]

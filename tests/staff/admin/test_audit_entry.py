"""The pages of the audit log: the auditor reads, filters and exports."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.audit_actions import CampaignAuditAction
from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.audit.chain import AUDIT_LOG
from newsletter.audit.record import record
from newsletter.audit_actions import AuditLogAction, CommandAction
from newsletter.models import AuditEntry
from newsletter.retention.forget_audit import empty_audit_entries
from newsletter.seals.seal import seal_entries
from staff.roles import AUDITOR
from staff.sign_in.recent_sign_in import DO_IT_AGAIN
from tests.staff_members import PASSWORD, browser_of, sign_in_long_ago, staff_member

pytestmark = pytest.mark.django_db

LIST = "/staff/newsletter/auditentry/"


@pytest.fixture
def auditors(db: None) -> Client:
    """The browser of Tess, who reads everything and changes nothing."""
    return browser_of(staff_member("tess", AUDITOR))


@pytest.fixture
def log() -> None:
    with acting(lambda: Actor(ActorKind.ACCOUNT, "alice", 7, "192.0.2.0/24")):
        record(CampaignAuditAction.APPROVED, label="campaign “Spring meeting”", by_author=True)
    with acting(lambda: Actor(ActorKind.OPERATOR, "=cmd|' /C calc'!A0 (command line)")):
        record(CommandAction.RAN, label="undo_import")


def shown(client: Client, query: str = "") -> str:
    return client.get(f"{LIST}{query}").content.decode()


def exported(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.post(f"{LIST}export/{query}")
    assert answer.status_code == 200
    text = answer.getvalue().decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text)))


def test_the_list_tells_who_did_what(auditors: Client, log: None) -> None:
    page = shown(auditors)

    assert "alice" in page
    assert "campaign “Spring meeting”" in page
    assert "192.0.2.0/24" in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?by=operator", ["undo_import"]),
        ("?action=campaign.approved", ["campaign “Spring meeting”"]),
        ("?q=ALICE+spring", ["campaign “Spring meeting”"]),
        ("?q=nobody", []),
        ("?days=7", ["undo_import", "campaign “Spring meeting”"]),
        ("?days=oops", ["undo_import", "campaign “Spring meeting”"]),
    ],
)
def test_what_is_filtered_is_shown_and_exported_alike(
    auditors: Client, log: None, query: str, names: list[str]
) -> None:
    page = shown(auditors, query)
    for label in ("undo_import", "campaign “Spring meeting”"):
        assert (label in page) is (label in names)

    assert [row["what"] for row in exported(auditors, query)] == names


def test_no_click_on_a_column_sorts_the_whole_log(auditors: Client, log: None) -> None:
    page = shown(auditors)

    assert "alice" in page
    assert "?o=" not in page


def test_what_is_older_than_the_chosen_time_is_left_out(auditors: Client, log: None) -> None:
    AuditEntry.objects.filter(action=CommandAction.RAN).update(
        at=timezone.now() - timedelta(days=8)
    )

    assert [row["what"] for row in exported(auditors, "?days=7")] == ["campaign “Spring meeting”"]


def test_an_export_is_recorded_itself_and_runs_no_formula(auditors: Client, log: None) -> None:
    rows = exported(auditors)

    operator, approved = rows
    assert operator["who"] == "'=cmd|' /C calc'!A0 (command line)"
    assert approved["details"] == '{"by_author": true}'
    told = AuditEntry.objects.get(action=AuditLogAction.EXPORTED)
    assert told.actor_name == "tess"


def test_an_entry_is_read_and_nothing_more(auditors: Client, log: None) -> None:
    entry = AuditEntry.objects.get(action=CampaignAuditAction.APPROVED)
    page = reverse("admin:newsletter_auditentry_change", args=[entry.pk])

    html = auditors.get(page).content.decode()
    assert "By author: yes" in html
    assert reverse("admin:newsletter_auditentry_history", args=[entry.pk]) not in html
    assert auditors.post(page, {"words": "x"}).status_code == 403
    delete = reverse("admin:newsletter_auditentry_delete", args=[entry.pk])
    assert auditors.post(delete, {"post": "yes"}).status_code == 403
    assert AuditEntry.objects.filter(pk=entry.pk, words="Approved").exists()


def test_an_entry_leads_to_what_it_is_about_and_writes_times_as_pages_do(auditors: Client) -> None:
    account = staff_member("noor")
    entry = record(CommandAction.RAN, account, begins="2026-11-27T00:19:40+00:00")
    page = auditors.get(reverse("admin:newsletter_auditentry_change", args=[entry.pk]))
    assert "Begins: 27 Nov 2026, 00:19 UTC" in page.content.decode()
    assert f'href="/staff/auth/user/{account.pk}/change/"' in page.content.decode()


def test_what_retention_has_emptied_is_not_listed(auditors: Client, log: None) -> None:
    seal_entries(AUDIT_LOG)
    empty_audit_entries(now=timezone.now() + timedelta(days=4_000))

    assert exported(auditors) == []


def test_an_export_asks_who_is_there_and_leads_back_to_the_filtered_list(
    auditors: Client, log: None
) -> None:
    sign_in_long_ago(auditors)

    asked = auditors.post(f"{LIST}export/?by=operator")

    assert asked["Location"].startswith("/staff/login/again/?next=")
    assert not AuditEntry.objects.filter(action=AuditLogAction.EXPORTED).exists()
    page = f"{LIST}export/?by=operator"
    confirmed = auditors.post(
        asked["Location"], {"password": PASSWORD, "next": page}, follow=True
    ).content.decode()
    assert DO_IT_AGAIN in confirmed
    back = auditors.get(f"{LIST}export/?by=operator")
    assert back["Location"] == f"{LIST}?by=operator"

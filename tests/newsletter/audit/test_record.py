"""What is recorded, of whom, and in which transaction."""

import threading

import pytest
from django.db import transaction
from django.test import Client

from campaigns.audit_actions import CampaignAuditAction
from campaigns.models import Campaign
from newsletter.audit.actor import CONVENE, Actor, ActorKind, acting, current_actor
from newsletter.audit.record import record
from newsletter.audit_actions import AuditedAction, CommandAction, audited_actions
from newsletter.models import AuditEntry

pytestmark = pytest.mark.django_db

ALICE = Actor(ActorKind.ACCOUNT, "alice", account_id=7, network="192.0.2.0/24")


def test_an_entry_tells_who_did_what_to_which_row(draft: Campaign) -> None:
    with acting(lambda: ALICE):
        record(CampaignAuditAction.PAUSED, draft, label="campaign", topic_id=3, number=5)

    entry = AuditEntry.objects.get()
    assert (entry.action, entry.words) == ("campaign.paused", "Paused")
    assert (entry.actor_kind, entry.actor_id, entry.actor_name) == ("account", 7, "alice")
    assert entry.network == "192.0.2.0/24"
    assert (entry.object_type, entry.object_id) == ("campaigns.campaign", str(draft.pk))
    assert (entry.topic_id, entry.details) == (3, {"number": 5})


def test_where_nobody_said_who_is_acting_it_is_convene_itself() -> None:
    assert current_actor() is CONVENE
    assert record(CommandAction.RAN).actor_name == "Convene"


def test_who_is_acting_is_said_for_one_thread_alone_and_only_while_it_lasts() -> None:
    seen = []
    with acting(lambda: ALICE):
        other = threading.Thread(target=lambda: seen.append(current_actor()))
        other.start()
        other.join()
        assert current_actor() is ALICE

    assert seen == [CONVENE]
    assert current_actor() is CONVENE


def test_what_is_rolled_back_was_not_done() -> None:
    with transaction.atomic():
        record(CommandAction.RAN)
        transaction.set_rollback(True)

    assert not AuditEntry.objects.exists()


def test_names_that_a_database_refuses_or_has_no_room_for_are_recorded_all_the_same() -> None:
    hostile = "\x00\ud800<script>" + "x" * 400
    with acting(lambda: Actor(ActorKind.ACCOUNT, hostile)):
        record(CommandAction.RAN, label=hostile, note=hostile)

    entry = AuditEntry.objects.get()
    assert entry.object_label.startswith("?<script>x")
    assert (len(entry.object_label), len(entry.actor_name)) == (200, 150)


def test_no_two_actions_have_one_code() -> None:
    codes = [action.value for action in audited_actions()]
    assert len(codes) == len(set(codes)) > 20
    assert all(len(code) <= 60 for code in codes)
    assert not list(AuditedAction)


def test_a_change_on_a_staff_page_is_recorded_with_account_and_network(
    sams: Client, draft: Campaign
) -> None:
    form = {"countries": ["NZ"]}
    page = f"/staff/campaigns/campaign/{draft.pk}/audience/"
    assert sams.post(page, form, REMOTE_ADDR="198.51.100.9").status_code == 302

    entry = AuditEntry.objects.get()
    assert entry.action == "campaign.audience_saved"
    assert (entry.actor_kind, entry.actor_name) == ("account", "sam")
    assert entry.topic_id == draft.topic_id


def test_a_form_that_changes_nothing_is_not_recorded(sams: Client, draft: Campaign) -> None:
    page = f"/staff/campaigns/campaign/{draft.pk}/audience/"
    assert sams.post(page, {}).status_code == 302

    assert not AuditEntry.objects.exists()

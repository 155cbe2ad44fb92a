"""Applications are assigned to those who may decide on them, and notes stay among staff."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.models import AuditEntry
from staff.roles import ADMINISTRATOR, AUDITOR, AUTHOR, LIST_MANAGER
from subscribers.applications.assign_and_note import CannotAssign, add_note, assign, who_may_decide
from subscribers.models import Application, Topic
from subscribers.need_to_know.grants import grant
from tests.staff_members import staff_member


def test_list_managers_and_administrators_decide(leas: Application) -> None:
    for role in (ADMINISTRATOR, LIST_MANAGER, AUTHOR, AUDITOR):
        staff_member(role.name.lower().replace(" ", "-"), role)
    names = {each.username for each in who_may_decide(leas.subscription.topic)}
    assert names == {"administrator", "list-manager"}


def test_on_a_need_to_know_topic_only_those_who_are_granted_it_decide(leas: Application) -> None:
    liam, lena = staff_member("liam", LIST_MANAGER), staff_member("lena", LIST_MANAGER)
    Topic.objects.update(is_restricted=True, is_public=False)
    topic = Topic.objects.get()
    grant(topic, lena, until=timezone.now() + timedelta(days=3), by="Ria")
    assert list(who_may_decide(topic)) == [lena]
    with pytest.raises(CannotAssign):
        assign(leas.pk, to=liam)
    assert assign(leas.pk, to=lena)


def test_an_application_is_assigned_and_taken_back(leas: Application) -> None:
    liam = staff_member("liam", LIST_MANAGER)
    assert assign(leas.pk, to=liam)
    assert not assign(leas.pk, to=liam)
    leas.refresh_from_db()
    assert leas.assigned_to == liam
    assert assign(leas.pk, to=None)
    told = AuditEntry.objects.filter(action="application.assigned").order_by("pk")
    assert [each.details["to"] for each in told] == ["liam", "nobody"]


def test_an_account_that_goes_leaves_its_applications_to_nobody(leas: Application) -> None:
    liam = staff_member("liam", LIST_MANAGER)
    assign(leas.pk, to=liam)
    liam.delete()
    leas.refresh_from_db()
    assert leas.assigned_to is None


def test_a_note_is_kept_and_the_audit_log_does_not_repeat_it(leas: Application, sam: User) -> None:
    add_note(leas, text="I called her office.", by=sam)
    assert leas.notes.get().written_by == "sam"
    entry = AuditEntry.objects.get(action="application.noted")
    assert "office" not in str(entry.details) + entry.object_label

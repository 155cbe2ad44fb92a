"""Checks of staff accounts, their roles and need-to-know."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from campaigns.reports.diagnostics.finding import Level
from staff.roles import ADMINISTRATOR, AUTHOR
from subscribers.models import Topic
from subscribers.need_to_know.grants import grant, revoke
from tests.campaigns.reports.diagnostics.findings import found, to_mend
from tests.staff_members import staff_member

pytestmark = pytest.mark.django_db


def test_somebody_must_be_able_to_manage_accounts() -> None:
    staff_member("abe", AUTHOR)
    assert "There is no administrator for /staff/." in to_mend("staff")
    staff_member("iris", ADMINISTRATOR)
    assert to_mend("staff") == ""


def test_accounts_that_no_role_describes_are_named() -> None:
    staff_member("iris", ADMINISTRATOR)
    assert [finding.level for finding in found("staff")] == [Level.FINE]
    for number in range(6):
        staff_member(f"idle-{number}")
    User.objects.create_superuser("root")
    gone = User.objects.create_superuser("gone")
    User.objects.filter(pk=gone.pk).update(is_active=False)

    _, everything, nothing = found("staff")

    assert everything.level is nothing.level is Level.LOOK
    assert everything.quote == "root."
    assert nothing.message.endswith(": idle-0, idle-1, idle-2, idle-3, idle-4 and more.")
    assert "idle" not in nothing.words


def test_need_to_know_topics_that_nobody_sees_are_counted_and_not_named() -> None:
    inner = Topic.objects.create(
        slug="inner-circle", name="Wolpertingers", is_public=False, is_restricted=True
    )
    iris = staff_member("iris", ADMINISTRATOR)
    given = grant(inner, iris, until=timezone.now() + timedelta(days=3), by="iris")
    assert not found("need-to-know")
    revoke(given.pk, though_last=True)
    [finding] = found("need-to-know")
    assert finding.level is Level.LOOK
    assert finding.message.startswith("Nobody sees 1 need-to-know topic,")
    assert inner.slug not in finding.message
    assert inner.name not in finding.message

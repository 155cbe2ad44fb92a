"""Granting a need-to-know topic, and revoking it."""

import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.utils import timezone

from newsletter.models import AuditEntry, TransactionalMessage
from staff.accounts.second_factor_due import needs_second_factor, second_factor_due_at
from staff.models import SecondFactorDue
from staff.roles import ADMINISTRATOR
from subscribers.consent.offered_topics import save_topic
from subscribers.models import Topic, TopicGrant
from subscribers.need_to_know.grants import (
    TOLD_AFTERWARDS,
    BadGrant,
    LastGrant,
    end_of,
    grant,
    holders,
    revoke,
)
from subscribers.need_to_know.hidden import hidden_topics, standing_grants
from tests.staff_members import staff_member

SOON = timedelta(days=10)


def test_a_grant_lets_an_account_see_a_topic_and_is_recorded_without_its_name(
    restricted: Topic, eve: User
) -> None:
    given = grant(restricted, eve, until=timezone.now() + SOON, by="sam")
    assert not hidden_topics(User.objects.get(pk=eve.pk))
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_id, entry.object_label) == (
        "grant.given",
        str(eve.pk),
        "account eve",
    )
    assert entry.topic_id is None, "an auditor sees who was granted something"
    assert list(entry.details) == ["until"], "a number tells which grants are of one topic"
    assert given.granted_by == "sam"


def test_a_new_grant_takes_the_place_of_the_one_before(restricted: Topic, grace: User) -> None:
    given = grant(restricted, grace, until=timezone.now() + 4 * SOON, by="sam")
    assert list(standing_grants(grace)) == [given]
    [before] = TopicGrant.objects.exclude(pk=given.pk)
    assert before.is_replaced


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_two_grants_at_once_one_stands(restricted: Topic, eve: User) -> None:
    both_are_in = threading.Barrier(2)

    def give() -> None:
        try:
            with transaction.atomic():
                both_are_in.wait(10)
                grant(restricted, eve, until=timezone.now() + SOON, by="sam")
        finally:
            connection.close()

    threads = [threading.Thread(target=give) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert TopicGrant.objects.count() == 2
    assert standing_grants(eve).count() == 1


def test_revoking_ends_a_grant_once(restricted: Topic, grace: User) -> None:
    given = TopicGrant.objects.get()
    assert revoke(given.pk, though_last=True)
    assert not revoke(given.pk)
    assert not revoke(0)
    assert hidden_topics(grace) == {restricted.pk}
    assert [entry.action for entry in AuditEntry.objects.all()] == ["grant.revoked"]


@pytest.mark.parametrize("days", [-1, 367])
def test_a_grant_that_has_ended_or_lasts_longer_than_a_year_is_refused(
    days: int, restricted: Topic, eve: User
) -> None:
    with pytest.raises(BadGrant):
        grant(restricted, eve, until=timezone.now() + timedelta(days=days), by="sam")
    assert not TopicGrant.objects.exists()
    assert not AuditEntry.objects.exists()


def test_there_is_nothing_to_grant_of_a_topic_that_all_see_nor_to_an_account_that_is_shut(
    topic: Topic, restricted: Topic, eve: User
) -> None:
    with pytest.raises(BadGrant):
        grant(topic, eve, until=timezone.now() + SOON, by="sam")
    eve.is_active = False
    with pytest.raises(BadGrant):
        grant(restricted, eve, until=timezone.now() + SOON, by="sam")


def test_whoever_is_granted_a_topic_needs_a_second_factor_as_long_as_the_grant_stands(
    restricted: Topic, eve: User
) -> None:
    assert not needs_second_factor(eve)
    given = grant(restricted, eve, until=timezone.now() + SOON, by="sam")
    assert needs_second_factor(eve)
    revoke(given.pk, though_last=True)
    assert not needs_second_factor(eve)


def test_each_grant_after_a_pause_has_days_of_grace_of_its_own(
    restricted: Topic, eve: User
) -> None:
    User.objects.filter(pk=eve.pk).update(date_joined=timezone.now() - timedelta(days=400))
    first = grant(restricted, eve, until=timezone.now() + SOON, by="sam")
    SecondFactorDue.objects.update(since=timezone.now() - timedelta(days=30))
    revoke(first.pk, though_last=True)
    grant(restricted, eve, until=timezone.now() + SOON, by="sam")
    due = second_factor_due_at(User.objects.get(pk=eve.pk))
    assert due is not None
    assert due > timezone.now() + timedelta(days=6)


def test_a_grant_that_follows_another_has_no_new_days_of_grace(
    restricted: Topic, eve: User
) -> None:
    grant(restricted, eve, until=timezone.now() + SOON, by="sam")
    since = timezone.now() - timedelta(days=6)
    SecondFactorDue.objects.update(since=since)
    grant(restricted, eve, until=timezone.now() + 2 * SOON, by="sam")
    assert second_factor_due_at(eve) == since + timedelta(days=7)


def test_the_last_who_sees_a_topic_is_left_to_it_unless_that_is_what_somebody_wants(
    restricted: Topic, grace: User, eve: User
) -> None:
    given = TopicGrant.objects.get()
    with pytest.raises(LastGrant):
        revoke(given.pk)
    eves = grant(restricted, eve, until=timezone.now() + SOON, by="sam")
    User.objects.filter(pk=eve.pk).update(is_active=False)
    with pytest.raises(LastGrant):
        revoke(given.pk)
    User.objects.filter(pk=eve.pk).update(is_active=True)
    assert revoke(given.pk)
    assert list(holders(restricted.pk)) == [eve]
    assert revoke(eves.pk, though_last=True)
    assert not holders(restricted.pk).exists()


def test_a_grant_counts_to_the_end_of_its_last_day(restricted: Topic, eve: User) -> None:
    day = timezone.now().astimezone(UTC).date() + SOON
    given = grant(restricted, eve, until=end_of(day), by="sam")
    assert given.until == datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1)
    assert given.last_day == day
    assert end_of(date.max) > end_of(date(9999, 12, 29)), "a mistyped year is no error of ours"


def test_whoever_sees_a_topic_is_told_of_each_new_grant_of_it_and_never_of_its_name(
    restricted: Topic, grace: User, eve: User
) -> None:
    User.objects.filter(pk=grace.pk).update(email="grace@example.org")
    User.objects.filter(pk=eve.pk).update(
        email="eve@example.org", first_name="Eve", last_name="Adeyemi"
    )
    until = end_of(timezone.now().astimezone(UTC).date() + SOON)
    given = grant(restricted, User.objects.get(pk=eve.pk), until=until, by="eve")
    message = TransactionalMessage.objects.get()
    assert (message.kind, message.to) == ("staff_topic_granted", "grace@example.org")
    assert message.topic_id == restricted.pk, "hidden from other staff with the topic"
    assert "Eve Adeyemi (eve) granted themselves a need-to-know topic that you see" in message.text
    assert f"{given.last_day:%-d %B %Y}" in message.text
    for secret in (restricted.name, restricted.slug):
        assert secret not in message.subject + message.html + message.text


def has_address(account: User) -> User:
    User.objects.filter(pk=account.pk).update(email=f"{account.username}@example.org")
    return User.objects.get(pk=account.pk)


def told() -> list[str]:
    return sorted(TransactionalMessage.objects.values_list("to", flat=True))


def close(account: User, given: TopicGrant) -> None:
    User.objects.filter(pk=account.pk).update(is_active=False)


def take_away(account: User, given: TopicGrant) -> None:
    revoke(given.pk, though_last=True)


def let_it_end(account: User, given: TopicGrant) -> None:
    long_ago, just_now = timezone.now() - 4 * SOON, timezone.now() - timedelta(minutes=1)
    TopicGrant.objects.filter(pk=given.pk).update(created_at=long_ago, until=just_now)


@pytest.mark.parametrize("shut_out", [close, take_away, let_it_end])
def test_whoever_was_shut_out_of_a_topic_lately_is_told_of_new_grants_of_it(
    shut_out: Callable[[User, TopicGrant], None], restricted: Topic, grace: User, eve: User
) -> None:
    """Or somebody could shut them out, grant the topic to themselves, and let them in again."""
    has_address(grace)
    shut_out(grace, TopicGrant.objects.get())
    grant(restricted, has_address(eve), until=timezone.now() + SOON, by="eve")
    assert told() == ["grace@example.org"]


def test_nobody_is_told_whose_grant_ended_long_ago(
    restricted: Topic, grace: User, eve: User
) -> None:
    has_address(grace)
    long_ago = timezone.now() - TOLD_AFTERWARDS - timedelta(minutes=1)
    TopicGrant.objects.update(revoked_at=long_ago)
    grant(restricted, eve, until=timezone.now() + SOON, by="sam")
    assert told() == []


def test_the_other_administrators_are_told_where_nobody_who_sees_the_topic_can_be(
    restricted: Topic, grace: User, eve: User
) -> None:
    """Grace has no address."""
    max_, mia = (staff_member(name, ADMINISTRATOR) for name in ("max", "mia"))
    grant(restricted, max_, until=timezone.now() + SOON, by="max")
    assert told() == [mia.email]
    assert "granted themselves" in TransactionalMessage.objects.get().text


def test_a_grant_is_not_cut_short_by_somebody_who_does_not_see_the_topic(
    restricted: Topic, grace: User, eve: User
) -> None:
    [before] = TopicGrant.objects.all()
    with pytest.raises(BadGrant):
        grant(restricted, grace, until=timezone.now() + SOON, by="eve")
    assert list(standing_grants(grace)) == [before]


def test_whoever_is_left_a_shorter_grant_is_told(restricted: Topic, grace: User, eve: User) -> None:
    grant(restricted, eve, until=timezone.now() + 4 * SOON, by="sam")
    TransactionalMessage.objects.all().delete()
    given = grant(restricted, has_address(grace), until=timezone.now() + SOON, by="eve")
    message = TransactionalMessage.objects.get()
    assert message.to == "grace@example.org"
    assert "eve granted you a need-to-know topic that you see, and for a shorter" in message.text
    assert f"{given.last_day:%-d %B %Y}" in message.text


def test_the_last_grant_is_not_cut_short_unasked(restricted: Topic, grace: User) -> None:
    with pytest.raises(LastGrant):
        grant(restricted, grace, until=timezone.now() + SOON, by="grace")
    assert standing_grants(grace).get().last_day > timezone.now().date() + 2 * SOON


def test_nobody_is_told_of_a_topic_that_becomes_need_to_know(topic: Topic, eve: User) -> None:
    staff_member("mia", ADMINISTRATOR)
    topic.is_restricted, topic.is_public = True, False
    save_topic(topic, by=eve)
    assert list(holders(topic.pk)) == [eve]
    assert told() == []

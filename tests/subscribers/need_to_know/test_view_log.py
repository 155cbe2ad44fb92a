"""Each look at what is need-to-know is in the audit log, once in ten minutes."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.admin.visibility import visible_rows
from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.audit_actions import RowAction
from newsletter.models import AuditEntry
from staff.accounts.roles_of import groups_of
from staff.roles import AUDITOR, LIST_MANAGER
from subscribers.audit_actions import NeedToKnowAction, SubscriberAction
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.models import Subscriber, Subscription, Topic
from subscribers.need_to_know import view_log
from subscribers.need_to_know.view_log import (
    ONCE_IN,
    record_view,
    restricted_topic_of,
    topic_of_hidden,
)
from subscribers.people.erase import erase
from subscribers.states import ConsentMethod
from tests.staff_members import browser_of


def look(account: User, person: Subscriber, topic: Topic) -> None:
    with acting(lambda: Actor(ActorKind.ACCOUNT, account.get_username(), account.pk)):
        record_view(account, person, topic_id=topic.pk)


def test_a_view_is_recorded_without_naming_the_person(
    restricted: Topic, greta: Subscriber, grace: User
) -> None:
    look(grace, greta, restricted)
    entry = AuditEntry.objects.get()
    assert (entry.actor_name, entry.topic_id) == ("grace", restricted.pk)
    assert entry.object_label == f"subscriber {greta.pk}"


def test_a_view_is_recorded_once_in_ten_minutes_for_each_person_and_row(
    restricted: Topic, greta: Subscriber, ada: Subscriber, grace: User, eve: User
) -> None:
    for account in (grace, grace, eve):
        look(account, greta, restricted)
    look(grace, ada, restricted)
    assert AuditEntry.objects.count() == 3
    AuditEntry.objects.update(at=timezone.now() - ONCE_IN - timedelta(seconds=1))
    look(grace, greta, restricted)
    assert AuditEntry.objects.count() == 4


def test_a_look_at_a_list_is_recorded_where_the_list_shows_somebody_of_the_topic(
    restricted: Topic, topic: Topic, greta: Subscriber, ada: Subscriber, grace: User, eve: User
) -> None:
    """Grace is granted the topic, and Eve isn't."""
    for account in (grace, eve):
        account.groups.set(groups_of([LIST_MANAGER]))
        for query in ("", "?p=2", "?q=nobody"):
            assert browser_of(account).get(f"/staff/subscribers/subscriber/{query}").status_code

    looks = AuditEntry.objects.filter(action=NeedToKnowAction.VIEWED)
    assert [(each.actor_name, each.object_label, each.topic_id) for each in looks] == [
        ("grace", "list of subscribers", restricted.pk)
    ]


def test_the_need_to_know_topic_of_a_person_is_found_among_others(
    restricted: Topic, topic: Topic, greta: Subscriber, ada: Subscriber
) -> None:
    assert restricted_topic_of(greta.digest) == restricted.pk
    assert restricted_topic_of(ada.digest) is None
    assert view_log.restricted(restricted) == restricted.pk
    assert view_log.restricted(topic) is None
    assert view_log.restricted(None) is None


def test_somebody_tied_to_need_to_know_topics_alone_is_hidden_by_one(
    restricted: Topic, topic: Topic, greta: Subscriber, ada: Subscriber
) -> None:
    assert topic_of_hidden(greta.digest) == restricted.pk
    assert topic_of_hidden(ada.digest) is None
    assert topic_of_hidden("0" * 64) is None
    erase(greta.pk)
    assert topic_of_hidden(greta.digest) == restricted.pk
    Subscription.objects.create(subscriber=ada, topic=restricted, changed_at=timezone.now())
    assert topic_of_hidden(ada.digest) is None


def test_what_was_done_to_a_hidden_person_stays_hidden_when_they_are_erased(
    restricted: Topic, greta: Subscriber, ada: Subscriber, grace: User, eve: User
) -> None:
    grace.groups.set(groups_of([AUDITOR, LIST_MANAGER]))
    labels = {person: f"Subscriber {person.pk}" for person in (greta, ada)}
    for person in labels:
        fields = {"full_name": "Gigi", "language": "en"}
        browser_of(grace).post(f"/staff/subscribers/subscriber/{person.pk}/change/", fields)
        unsubscribe_all(person.pk, method=ConsentMethod.STAFF)
        erase(person.pk)
    done = {RowAction.CHANGED, SubscriberAction.UNSUBSCRIBED, SubscriberAction.ERASED}
    entries = AuditEntry.objects.filter(object_label__in=labels.values(), action__in=done)
    assert entries.count() == 2 * len(done)
    assert set(visible_rows(entries, grace)) == set(entries)
    assert set(visible_rows(entries, eve)) == set(entries.filter(object_label=labels[ada]))

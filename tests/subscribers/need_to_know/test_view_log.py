"""Each look at what is need-to-know is in the audit log, once in ten minutes."""

from datetime import timedelta

from django.contrib.auth.models import User
from django.utils import timezone

from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.models import AuditEntry
from subscribers.models import Subscriber, Topic
from subscribers.need_to_know import view_log
from subscribers.need_to_know.view_log import ONCE_IN, record_view, restricted_topic_of


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


def test_the_need_to_know_topic_of_a_person_is_found_among_others(
    restricted: Topic, topic: Topic, greta: Subscriber, ada: Subscriber
) -> None:
    assert restricted_topic_of(greta.digest) == restricted.pk
    assert restricted_topic_of(ada.digest) is None
    assert view_log.restricted(restricted) == restricted.pk
    assert view_log.restricted(topic) is None
    assert view_log.restricted(None) is None

"""The topics that forms offer, and saving one of them."""

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from newsletter.audit.record import record
from newsletter.core.db.clock import database_now
from subscribers.audit_actions import NeedToKnowAction
from subscribers.models import Topic
from subscribers.need_to_know.grants import FIRST, end_of, grant
from subscribers.need_to_know.slugs import unguessable
from subscribers.signals import topic_visibility_changed

LONGEST_SLUG = 60


def topics_offered() -> QuerySet[Topic]:
    """Return the topics that anybody may choose: public ones that staff need not review.

    Staff can't accept or decline anybody yet, so a person who chose a moderated topic would wait
    for ever.
    """
    return Topic.objects.filter(is_public=True, is_restricted=False, is_moderated=False)


@transaction.atomic
def save_topic(topic: Topic, *, by: User | None = None) -> list[str]:
    """Save a topic, and announce it if it became public or no longer is.

    Whoever makes it need-to-know is granted it, or they would lose sight of it. The slug of one
    that begins so gets an ending that nobody can guess, because a slug that is taken already is
    refused, to who may not know of the topic, too.

    Args:
        by: the member of staff who saves it.

    Returns:
        What followed from that, in sentences for staff.
    """
    # Sign-ups go on: they need the row's key alone.
    before = Topic.objects.select_for_update(no_key=True).filter(pk=topic.pk).first()
    if before is None and topic.is_restricted:
        topic.slug = unguessable(topic.slug, at_most=LONGEST_SLUG)
    topic.save()
    if topic.is_restricted is not (before is not None and before.is_restricted):
        _restriction_changed(topic, by)
    if before is None or before.is_public == topic.is_public:
        return []
    answers = topic_visibility_changed.send(sender=save_topic, topic_id=topic.pk)
    return [answer for _, answer in answers if answer]


def _restriction_changed(topic: Topic, by: User | None) -> None:
    action = NeedToKnowAction.RESTRICTED if topic.is_restricted else NeedToKnowAction.OPENED
    record(action, topic, label=f"topic “{topic.name}”", topic_id=topic.pk)
    if topic.is_restricted and by is not None:
        grant(topic, by, until=end_of(database_now().date() + FIRST), by=by.get_username())

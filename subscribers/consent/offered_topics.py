"""The topics that forms offer, and saving one of them."""

from django.db import transaction
from django.db.models import QuerySet

from subscribers.models import Topic
from subscribers.signals import topic_visibility_changed


def topics_offered() -> QuerySet[Topic]:
    """Return the topics that anybody may choose: public ones that staff need not review.

    Staff can't accept or decline anybody yet, so a person who chose a moderated topic would wait
    for ever.
    """
    return Topic.objects.filter(is_public=True, is_moderated=False)


@transaction.atomic
def save_topic(topic: Topic) -> list[str]:
    """Save a topic, and announce it if it became public or no longer is.

    Returns:
        What followed from that, in sentences for staff.
    """
    # Sign-ups go on: they need the row's key alone.
    before = Topic.objects.select_for_update(no_key=True).filter(pk=topic.pk).first()
    topic.save()
    if before is None or before.is_public == topic.is_public:
        return []
    answers = topic_visibility_changed.send(sender=save_topic, topic_id=topic.pk)
    return [answer for _, answer in answers if answer]

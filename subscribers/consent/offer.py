"""What the forms offer."""

from django.db.models import QuerySet

from subscribers.models import Topic


def topics_offered() -> QuerySet[Topic]:
    """Topics that anybody may choose: public ones, without those that staff would have to accept each subscriber of.

    Staff can't accept or decline anybody yet, so whoever chose such a topic would wait for ever.
    """
    return Topic.objects.filter(is_public=True, is_moderated=False)

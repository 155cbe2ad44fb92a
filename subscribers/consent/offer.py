"""The topics that forms offer."""

from django.db.models import QuerySet

from subscribers.models import Topic


def topics_offered() -> QuerySet[Topic]:
    """Return the topics that anybody may choose: public ones that staff need not review.

    Staff can't accept or decline anybody yet, so a person who chose a moderated topic would wait
    for ever.
    """
    return Topic.objects.filter(is_public=True, is_moderated=False)

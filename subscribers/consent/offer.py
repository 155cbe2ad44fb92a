"""What the forms offer."""

from django.db.models import QuerySet

from subscribers.models import Topic


def topics_offered() -> QuerySet[Topic]:
    """What a sign-up form may offer."""
    return Topic.objects.filter(is_public=True)


def topics_by_default() -> tuple[Topic, ...]:
    """What is asked for when a form names no topic: all that are public and need no review; else all that are public."""
    offered = list(topics_offered())
    return tuple(topic for topic in offered if not topic.is_moderated) or tuple(offered)

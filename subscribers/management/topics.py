"""Finding the topic that a command names."""

from django.core.management.base import CommandError

from subscribers.models import Topic


def topic_by_slug(slug: str) -> Topic:
    """Return the topic of that slug.

    Raises:
        CommandError: there is none of that slug; the message lists those that there are.
    """
    topic = (
        Topic.objects.filter(slug=slug).first() if slug.isascii() and slug.isprintable() else None
    )
    if topic is None:
        known = ", ".join(f"{each.slug}{mark(each)}" for each in Topic.objects.order_by("slug"))
        raise CommandError(
            f"There is no topic {slug!r}. "
            f"{f'Topics: {known}.' if known else 'There are no topics yet.'}"
        )
    return topic


def mark(topic: Topic | None) -> str:
    """Return what stands behind the name of a need-to-know topic; the operator sees all topics."""
    return " (need-to-know)" if topic is not None and topic.is_restricted else ""

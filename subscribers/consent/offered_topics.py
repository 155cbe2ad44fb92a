"""The topics that forms offer, and saving one of them."""

from collections.abc import Collection

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Q, QuerySet

from newsletter.audit.record import record
from newsletter.core.db.clock import database_now
from newsletter.public_pages.kept_value import VALUES
from subscribers.audit_actions import NeedToKnowAction
from subscribers.models import Topic
from subscribers.need_to_know.grants import FIRST, end_of, grant
from subscribers.need_to_know.slugs import unguessable
from subscribers.signals import topic_visibility_changed

LONGEST_SLUG = 60


def open_topics() -> QuerySet[Topic]:
    """Return the topics that somebody can ask for: public ones, and those whose link they have."""
    return Topic.objects.filter(Q(is_public=True) | Q(is_unlisted=True), is_restricted=False)


def all_topics() -> tuple[Topic, ...]:
    """Return all topics in their order, read once for each version of the public pages.

    Nobody changes them. Among them are those that not everybody may know of.
    """
    return VALUES.value("topics", lambda: tuple(Topic.objects.all()))


def topics_to_ask_for() -> list[Topic]:
    """Return the same topics as `open_topics`, read once for each version of the public pages."""
    return [
        topic
        for topic in all_topics()
        if not topic.is_restricted and (topic.is_public or topic.is_unlisted)
    ]


def topics_offered(named: Collection[str] = ()) -> QuerySet[Topic]:
    """Return the topics to choose from, for which nobody need apply: the public ones.

    Args:
        named: slugs, as a link or a form has them. An unlisted topic is offered to who names it.
    """
    # Compared here, because a database need not understand what a stranger typed.
    unlisted = [
        pk
        for pk, slug in open_topics().filter(is_unlisted=True).values_list("pk", "slug")
        if slug in named
    ]
    return open_topics().filter(Q(is_public=True) | Q(pk__in=unlisted), is_moderated=False)


def topics_by_application() -> QuerySet[Topic]:
    """Return the topics that anybody may apply to join: public ones that staff moderate."""
    return open_topics().filter(is_public=True, is_moderated=True)


def topic_applied_for(slug: str) -> Topic | None:
    """Return the topic of an application form, which may be unlisted."""
    topics = open_topics().filter(is_moderated=True)
    return next((topic for topic in topics if topic.slug == slug), None)


@transaction.atomic
def save_topic(topic: Topic, *, by: User | None = None) -> list[str]:
    """Save a topic, and announce it if others may see it or its emails.

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
    if before is None or _seen_by(before) == _seen_by(topic):
        return []
    answers = topic_visibility_changed.send(sender=save_topic, topic=topic, before=before)
    return [answer for _, answer in answers if answer]


def _seen_by(topic: Topic) -> tuple[bool, bool, str]:
    return topic.is_public, topic.is_restricted, topic.archive_access


def _restriction_changed(topic: Topic, by: User | None) -> None:
    action = NeedToKnowAction.RESTRICTED if topic.is_restricted else NeedToKnowAction.OPENED
    record(action, topic, label=f"topic “{topic.name}”", topic_id=topic.pk)
    if topic.is_restricted and by is not None:
        until = end_of(database_now().date() + FIRST)
        is_first = not topic.grants.exists()
        grant(topic, by, until=until, by=by.get_username(), is_first=is_first)

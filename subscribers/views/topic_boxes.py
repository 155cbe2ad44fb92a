"""The boxes of the preference centre's topics: which there are, and which a person has changed."""

from collections.abc import Iterable, Mapping

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from newsletter.core.db.kept_query import KeptQuery
from subscribers.consent.offered_topics import all_topics
from subscribers.models import Subscriber, Subscription
from subscribers.states import FOLLOWED, SubscriptionStatus
from subscribers.views.forms import TopicChoice

NOTES = {
    SubscriptionStatus.AWAITING_REVIEW: _("Waiting for approval by our staff."),
    SubscriptionStatus.PENDING: _(
        "Not confirmed yet. Tick this box to confirm, or use the link in our email."
    ),
    SubscriptionStatus.DECLINED: _("Declined by our staff. You can ask again."),
}


NOTES_TO_APPLY = {
    SubscriptionStatus.PENDING: _("Not confirmed yet. Use the link in our email, or apply again."),
    SubscriptionStatus.UNSUBSCRIBED: _(
        "You have left, or your membership ended. You can apply again."
    ),
    SubscriptionStatus.DECLINED: NOTES[SubscriptionStatus.DECLINED],
}
"""Beside a topic that one joins by an application."""


type Statuses = Mapping[int, SubscriptionStatus]
"""How a person stands to topics, by the topics' ids."""


_TIES = KeptQuery(
    lambda pk: Subscription.objects.filter(subscriber_id=pk).only("topic_id", "status"), values=1
)


def statuses_of(subscriber: Subscriber) -> Statuses:
    """Read how a person stands to the topics to which they are or were tied."""
    return {tie.topic_id: SubscriptionStatus(tie.status) for tie in _TIES.rows(subscriber.pk)}


def topics_to_apply_for(statuses: Statuses) -> list[TopicChoice]:
    """Return the topics that this person may apply to join, also again after they left.

    They are the public ones, and unlisted ones to which they were tied, whose link they had.
    """
    notes = {topic_id: NOTES_TO_APPLY.get(status, "") for topic_id, status in statuses.items()}
    return [
        TopicChoice(topic, ticked=False, note=str(notes.get(topic.pk, "")))
        for topic in all_topics()
        if topic.is_moderated
        and not topic.is_restricted
        and (topic.is_public or (topic.is_unlisted and topic.pk in statuses))
        and statuses.get(topic.pk) not in FOLLOWED
    ]


def topic_choices(statuses: Statuses) -> list[TopicChoice]:
    """Return the topics that anybody may choose, and those that this person follows.

    A moderated topic can be left here; to join it, one applies (`topics_to_apply_for`).
    """
    return [
        TopicChoice(
            topic,
            statuses.get(topic.pk) in FOLLOWED,
            str(NOTES.get(statuses[topic.pk], "")) if topic.pk in statuses else "",
        )
        for topic in all_topics()
        if statuses.get(topic.pk) in FOLLOWED or topic.is_offered
    ]


def changed_boxes(fields: QueryDict, choices: Iterable[TopicChoice]) -> dict[str, bool]:
    """Return the boxes that were changed since the page was opened: by slug, and now ticked or not.

    The others say nothing: what was confirmed or left elsewhere since then stays so. A form that
    doesn't say what it was opened with, such as a script's, is compared with what is followed now.
    """
    if "chosen" not in fields:  # the topics were not shown, and an empty box is not a "no"
        return {}
    now = {choice.topic.slug: choice.ticked for choice in choices}
    ticked = fields.getlist("topics")
    opened_with = (
        str(fields["followed"]).split()
        if "followed" in fields
        else [slug for slug, is_followed in now.items() if is_followed]
    )
    return {slug: slug in ticked for slug in now if (slug in ticked) != (slug in opened_with)}


def unknown_ticks(fields: QueryDict, choices: Iterable[TopicChoice]) -> set[str]:
    """Return what was ticked on the page and can't be chosen any more, such as a private topic."""
    known = {choice.topic.slug for choice in choices}
    return {*fields.getlist("topics")} - known - {*str(fields.get("followed", "")).split()}

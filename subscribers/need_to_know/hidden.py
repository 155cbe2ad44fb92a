"""Hiding from an account the need-to-know topics that it isn't granted, and their people.

The default managers hide nothing, because workers need all rows. Whatever shows rows to staff asks
here. Nobody is exempt: an administrator may grant a topic, and doesn't see it without a grant.
"""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import BooleanField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Now

from subscribers.models import (
    Application,
    ConsentRecord,
    ImportBatch,
    Subscriber,
    Subscription,
    Suppression,
    Topic,
    TopicGrant,
)
from subscribers.states import ApplicationStatus, SuppressionReason

type Account = User | AnonymousUser

_CACHE = "_hidden_topics"


def hidden_topics(account: Account) -> frozenset[int]:
    """Return the ids of the need-to-know topics that an account isn't granted right now.

    Right now is said by the database's clock, and read once a request: the account is loaded anew
    with each, so a grant that has ended hides the topic from the next request on.
    """
    kept: frozenset[int] | None = getattr(account, _CACHE, None)
    if kept is None:
        restricted = Topic.objects.filter(is_restricted=True)
        if account.is_active and account.pk is not None:
            restricted = restricted.exclude(pk__in=standing_grants(account).values("topic"))
        kept = frozenset(restricted.values_list("pk", flat=True))
        setattr(account, _CACHE, kept)
    return kept


def standing_grants(account: Account) -> QuerySet[TopicGrant]:
    """Select the grants of an account that have neither ended nor been revoked."""
    return TopicGrant.objects.filter(account_id=account.pk, revoked_at=None, until__gt=Now())


def is_granted_any(account: Account) -> bool:
    """Return whether an account may see a need-to-know topic right now."""
    return standing_grants(account).filter(topic__is_restricted=True).exists()


def visible_topics(account: Account) -> QuerySet[Topic]:
    """Select the topics that an account may know of."""
    return Topic.objects.exclude(pk__in=hidden_topics(account))


def visible_subscribers(account: Account) -> QuerySet[Subscriber]:
    """Select the people whom an account may know of.

    Somebody who is tied to hidden topics alone is hidden. Somebody who is tied to others, too, is
    known from those, and pages show no more than those.
    """
    hidden = hidden_topics(account)
    people = Subscriber.objects.all()
    return (
        people.exclude(is_hidden_person(hidden, digest="digest", subscriber="pk"))
        if hidden
        else people
    )


def visible_subscriptions(account: Account) -> QuerySet[Subscription]:
    """Select the ties to topics that an account may know of."""
    return Subscription.objects.exclude(topic__in=hidden_topics(account))


def visible_applications(account: Account) -> QuerySet[Application]:
    """Select the applications to join topics that an account may know of.

    Those that their sender hasn't confirmed are read by nobody.
    """
    confirmed = Application.objects.exclude(status=ApplicationStatus.PENDING)
    return confirmed.exclude(subscription__topic__in=hidden_topics(account))


def visible_consent_records(account: Account) -> QuerySet[ConsentRecord]:
    """Select the consent records about topics that an account may know of."""
    return ConsentRecord.objects.exclude(topic__in=hidden_topics(account))


def visible_imports(account: Account) -> QuerySet[ImportBatch]:
    """Select the imports to topics that an account may know of."""
    return ImportBatch.objects.exclude(topic__in=hidden_topics(account))


def visible_suppressions(account: Account) -> QuerySet[Suppression]:
    """Select the suppressions that say nothing of somebody who is hidden.

    A block by staff stays, without the address: whoever blocked it knew it, and who tries to block
    it again is told that it is blocked, as of any other.
    """
    hidden = hidden_topics(account)
    if not hidden:
        return Suppression.objects.all()
    return Suppression.objects.filter(
        Q(reason=SuppressionReason.STAFF) | ~is_hidden_person(hidden, digest="digest")
    )


def hidden_people(account: Account, digests: Collection[str]) -> set[str]:
    """Return those of some people whom an account may not know of.

    Args:
        digests: keyed digests of their addresses.
    """
    hidden = hidden_topics(account)
    if not hidden:
        return set()
    known_here = Subscriber.objects.filter(digest__in=digests).filter(
        is_hidden_person(hidden, digest="digest", subscriber="pk")
    )
    by_records = ConsentRecord.objects.filter(digest__in=digests, topic__in=hidden).filter(
        is_hidden_person(hidden, digest="digest")
    )
    return {
        *known_here.values_list("digest", flat=True),
        *by_records.values_list("digest", flat=True),
    }


def is_hidden_person(hidden: Collection[int], *, digest: str, subscriber: str = "") -> Q:
    """Build a condition on rows that know people by digest: those tied to hidden topics alone.

    Consent records outlive an erasure, so whoever was tied to them counts, too.

    Args:
        hidden: ids of topics.
        digest: the name of the outer row's column.
        subscriber: likewise, of the column with the subscriber's key, where it has one.
    """
    tie = (
        {"subscriber": OuterRef(subscriber)}
        if subscriber
        else {"subscriber__digest": OuterRef(digest)}
    )
    ties = Subscription.objects.filter(**tie)
    records = ConsentRecord.objects.filter(digest=OuterRef(digest))
    # Almost everybody is tied to another topic, which is the first that is looked at.
    of_others = Q(_any(ties.exclude(topic__in=hidden))) | Q(_any(records.exclude(topic__in=hidden)))
    of_hidden = Q(_any(ties.filter(topic__in=hidden))) | Q(_any(records.filter(topic__in=hidden)))
    return ~of_others & of_hidden


def _any(rows: QuerySet[Any]) -> Coalesce:
    """Build the condition that there is a row.

    PostgreSQL may read all rows that an EXISTS could ever find, once for a statement, instead of
    those of one person. Of two million consent records that takes a second, for a list of 50 lines.
    """
    found = rows.order_by().annotate(found=Value(True)).values("found")[:1]
    return Coalesce(Subquery(found), Value(False), output_field=BooleanField())

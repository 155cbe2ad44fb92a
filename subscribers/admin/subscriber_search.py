"""Finding subscribers: by a topic, by the status of a subscription, by typed words."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from newsletter.core.addresses import BadAddress, address_digest, parse_address
from newsletter.core.word_search import has_words
from subscribers.models import Subscriber
from subscribers.need_to_know.hidden import visible_subscriptions, visible_topics
from subscribers.states import SubscriptionStatus

NAMED_BY = ("email", "full_name", "given_name", "institution")
"""The columns of the index `subscriber_search`."""


class _OfSubscription(admin.SimpleListFilter):
    """A filter on a column of the subscriptions.

    It is a semi-join, so that nobody is listed twice and nothing is counted.
    """

    column = ""

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Subscriber]
    ) -> QuerySet[Subscriber]:
        value = self.value()
        if not value:
            return queryset
        ties = visible_subscriptions(request.user).filter(**{self.column: value})
        return queryset.filter(pk__in=ties.values("subscriber"))


class StatusFilter(_OfSubscription):
    """A filter by the status of any subscription."""

    title = "status"
    parameter_name = "status"
    column = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in SubscriptionStatus.choices]


class TopicFilter(_OfSubscription):
    """A filter by topic, whatever the status of the subscription."""

    title = "topic"
    parameter_name = "topic"
    column = "topic__slug"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(visible_topics(request.user).values_list("slug", "name"))


def search(subscribers: QuerySet[Subscriber], typed: str) -> QuerySet[Subscriber]:
    """Find subscribers by what was typed.

    A whole address is looked up by its digest, that of a record that was merged leads to the one
    that stays. Anything else is taken for words of an address, a
    name or an institution, or their beginnings: `lovelace`, `ada parl`, `assembly.example`.
    """
    term = typed.strip()
    if not term:
        return subscribers
    try:
        digest = address_digest(parse_address(term))
    except BadAddress:
        digest = ""
    # Asked of those who may be known: a hidden person is looked for as if they weren't there.
    if digest and subscribers.filter(digest=digest).exists():
        return subscribers.filter(digest=digest)
    merged = Subscriber.objects.filter(digest=digest).values_list("merged_into", flat=True).first()
    if merged is not None and subscribers.filter(pk=merged).exists():
        return subscribers.filter(pk=merged)
    return subscribers.filter(has_words(term, *NAMED_BY))

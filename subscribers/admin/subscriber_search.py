"""Finding subscribers: by a topic, by the status of a subscription, by an address or a name."""

from functools import reduce
from operator import or_
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest

from newsletter.core.addresses import BadAddress, address_digest, parse_address
from newsletter.core.spellings import spellings
from subscribers.models import Subscriber
from subscribers.need_to_know.hidden import visible_subscriptions, visible_topics
from subscribers.states import SubscriptionStatus


def people_named(typed: str) -> Q:
    """Find people whose name has all the words that were typed, in any order and case."""
    return words_named(typed, "full_name", "given_name")


def words_named(typed: str, *columns: str) -> Q:
    """Find rows that have all the words that were typed in these columns, in any order and case.

    SQLite knows the case of ASCII letters alone, so each word is looked for as it is, small, large
    and with a capital. Some letters are written in several ways (newsletter.core.spellings).
    """
    found = Q()
    for word in typed.replace(",", " ").split():
        written = dict.fromkeys(
            form
            for one in spellings(word)
            for form in (one, one.lower(), one.upper(), one.capitalize(), one.title())
        )
        found &= reduce(
            or_,
            (Q(**{f"{name}__icontains": each}) for each in written for name in columns),
        )
    return found if found else Q(pk__in=[])


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

    A whole address is looked up by its digest, the beginning of one by its index. Anything else is
    taken for words of a name, which reads the rows.
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
    if "@" in term:
        return subscribers.filter(email__startswith=term)
    return subscribers.filter(Q(email__startswith=term) | people_named(term))

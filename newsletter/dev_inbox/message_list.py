"""The list of the development inbox, newest first.

It pages by keyset, so that a million messages don't slow it down.
"""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from newsletter.models import InboxMessage
from newsletter.states import Stream

PAGE = 50
"""Messages on one page."""
NEWER_SHOWN = 8
"""Messages above the open one, in the list beside it."""
LONGEST_SEARCH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFilter:
    """The messages to list."""

    search: str = ""
    stream: str = ""

    @classmethod
    def read(cls, *, search: str, stream: str) -> "MessageFilter":
        """Make a filter of the page's parameters, without what can't be searched for."""
        cleaned = "".join(letter for letter in search if letter.isprintable()).strip()[
            :LONGEST_SEARCH
        ]
        return cls(search=cleaned, stream=stream if stream in Stream.values else "")


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of the list. `newer` and `older` are ids to go on from, or None."""

    messages: list[InboxMessage]
    newer: int | None
    older: int | None


def page_of(
    wanted: MessageFilter, *, before: int | None = None, after: int | None = None
) -> ListPage:
    """Return one page of the messages that the filter finds.

    Args:
        before: only messages older than this id.
        after: only messages newer than this id.
    """
    rows = _wanted(wanted)
    if after is not None:
        found = list(rows.filter(pk__gt=after).order_by("pk")[: PAGE + 1])
        messages = found[:PAGE][::-1]
        newer = messages[0].pk if len(found) > PAGE else None
        older = (
            messages[-1].pk if messages and rows.filter(pk__lt=messages[-1].pk).exists() else None
        )
        return ListPage(messages, newer, older)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    messages = found[:PAGE]
    newer = messages[0].pk if before is not None and messages else None
    return ListPage(messages, newer, messages[-1].pk if len(found) > PAGE else None)


def page_around(wanted: MessageFilter, *, pk: int) -> ListPage:
    """Return the page that shows the message `pk` among its neighbours.

    The message is shown whether or not the filter finds it.
    """
    rows = _wanted(wanted)
    above = list(rows.filter(pk__gt=pk).order_by("pk")[: NEWER_SHOWN + 1])
    below = list(rows.filter(pk__lte=pk).order_by("-pk")[: PAGE - NEWER_SHOWN + 1])
    messages = above[:NEWER_SHOWN][::-1] + below[: PAGE - NEWER_SHOWN]
    newer = messages[0].pk if len(above) > NEWER_SHOWN else None
    older = messages[-1].pk if len(below) > PAGE - NEWER_SHOWN else None
    return ListPage(messages, newer, older)


def _wanted(wanted: MessageFilter) -> QuerySet[InboxMessage]:
    rows = InboxMessage.objects.defer("raw")
    if wanted.stream:
        rows = rows.filter(stream=wanted.stream)
    if wanted.search:
        rows = rows.filter(
            Q(recipient__icontains=wanted.search) | Q(subject__icontains=wanted.search)
        )
    return rows

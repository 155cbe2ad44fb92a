"""Finding labels as somebody types, and counting who has them."""

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser, User
from django.db import connection
from django.db.models import QuerySet

from subscribers.labels.names import label_key
from subscribers.models import Label, SubscriberLabel
from subscribers.need_to_know.hidden import hidden_topics, visible_subscribers
from subscribers.need_to_know.small_groups import SMALL_GROUP

MOST_SUGGESTED = 20
MOST_COUNTED = 1_000
"""People who are counted for a list; of a larger group it says “1,000+”."""
SEE_PEOPLE = "subscribers.view_subscriber"


def suggested_labels(typed: str) -> list[str]:
    """Return names of labels for what was typed so far: those that begin so, then any with it."""
    key = label_key(typed)
    names = Label.objects.order_by("key").values_list("name", flat=True)
    if not key:
        return list(names[:MOST_SUGGESTED])
    first = list(names.filter(key__startswith=key)[:MOST_SUGGESTED])
    more = names.filter(key__contains=key).exclude(key__startswith=key)
    return [*first, *more[: MOST_SUGGESTED - len(first)]]


def with_label(label: Label, account: User | AnonymousUser) -> QuerySet[SubscriberLabel]:
    """Select who has a label, of the people whom an account may know of."""
    rows = SubscriberLabel.objects.filter(label=label)
    if hidden_topics(account):
        return rows.filter(subscriber__in=visible_subscribers(account).values("pk"))
    return rows


def numbers_with_labels(
    labels: Iterable[Label], account: User | AnonymousUser, *, most: int = MOST_COUNTED
) -> dict[int, str]:
    """Return label id → how many people have it, in words.

    People whom the account may not know of aren't counted. Whoever may not see people reads no
    small numbers.

    Args:
        most: from there on it isn't counted any further.
    """
    given = list(labels)
    if not given:
        return {}
    parts, values = list[str](), list[str | int]()
    for label in given:
        rows = with_label(label, account).order_by().values("pk")[: most + 1]
        statement, own = rows.query.sql_with_params()
        parts.append(f"(SELECT COUNT(*) FROM ({statement}) AS counted)")  # noqa: S608 - a statement of Django's
        values += own
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", values)
        counted = cursor.fetchone()
    hides = not account.has_perm(SEE_PEOPLE)
    return {
        label.pk: in_words(number, hides_small=hides, most=most)
        for label, number in zip(given, counted, strict=True)
    }


def in_words(number: int, *, hides_small: bool, most: int = MOST_COUNTED) -> str:
    """Return a number as staff read it."""
    if hides_small and number < SMALL_GROUP:
        return f"Fewer than {SMALL_GROUP}"
    return f"{most:,}+" if number > most else f"{number:,}"


def labels_of(subscriber_id: int) -> list[Label]:
    """Return a person's labels, by name."""
    return list(Label.objects.filter(subscribers__subscriber=subscriber_id).order_by("key"))

"""The details of a sign-up that its confirmation takes over: those that nobody confirmed before."""

from django.conf import settings

from newsletter.core.db.kept_query import KeptQuery
from newsletter.core.web_addresses import holds_web_address
from subscribers.consent.subscribe import DETAILS
from subscribers.models import Application, ConsentRecord, Subscriber
from subscribers.states import ConsentAction, SubscriptionStatus

_ASKED = KeptQuery(
    lambda digest: (
        ConsentRecord.objects.filter(digest=digest, action=ConsentAction.REQUESTED)
        .only("topic_id", "details")
        .order_by("-id")
    ),
    values=1,
)


def new_details(subscriber: Subscriber, *, topics: list[int]) -> dict[str, str]:
    """Return the details of the newest of these sign-ups that nobody has confirmed yet.

    A detail that is set was confirmed before, and stays. A language is always set, so it counts as
    new until somebody has confirmed since the address was signed up. Records outlive an erasure and
    a change of address, and whoever comes back is new.
    """
    details = _newest_details(subscriber, topics=topics)
    new = {
        name: str(details[name])
        for name in DETAILS
        if details.get(name) and not getattr(subscriber, name)
    }
    language = str(details.get("language", ""))
    if (
        language != subscriber.language
        and language in settings.CONTENT_LANGUAGES
        and not _has_confirmed_before(subscriber)
    ):
        new["language"] = language
    return new


def asked_language(subscriber: Subscriber) -> str:
    """Return the language of what waits for a confirmation; where nothing does, their own.

    Of a sign-up it is the newest one's, until somebody has confirmed.
    """
    # An applicant's language is kept with the application until it is confirmed.
    applied = Application.objects.filter(
        subscription__subscriber=subscriber, subscription__status=SubscriptionStatus.PENDING
    )
    if of_application := applied.order_by("-pk").values_list("language", flat=True).first():
        return of_application
    newest: dict[str, str] = next((row.details for row in _ASKED.rows(subscriber.digest)), {})
    language = str(newest.get("language", ""))
    if language in settings.CONTENT_LANGUAGES and not _has_confirmed_before(subscriber):
        return language
    return subscriber.language


def _newest_details(subscriber: Subscriber, *, topics: list[int]) -> dict[str, str]:
    asked = (row.details for row in _ASKED.rows(subscriber.digest) if row.topic_id in topics)
    details: dict[str, str] = next(asked, {})
    if holds_web_address(str(details.get("full_name", ""))):  # asked for before forms refused it
        return {**details, "full_name": ""}
    return details


def _has_confirmed_before(subscriber: Subscriber) -> bool:
    return ConsentRecord.objects.filter(
        digest=subscriber.digest,
        recorded_at__gte=subscriber.created_at,
        action__in=[ConsentAction.CONFIRMED, ConsentAction.IMPORTED, ConsentAction.ACCEPTED],
    ).exists()

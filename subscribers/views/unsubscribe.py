"""Unsubscribing by the link in an email: `/u/<token>`, for people and mail programs (RFC 8058)."""

from django.http import HttpRequest, HttpResponse

from newsletter.core.db.kept_query import KeptQuery
from newsletter.core.languages import language_is_a_choice
from newsletter.core.tokens import Purpose, ReadToken, read_token
from newsletter.public_pages.page_for_one import page_for_one
from subscribers.consent.unsubscribe import (
    Departure,
    tie_of_person,
    unsubscribe,
    unsubscribe_all,
)
from subscribers.models import Subscription
from subscribers.states import ConsentMethod, SubscriptionStatus
from subscribers.views.public_page import network_of_request, posted, public_page

_SUBSCRIPTION = KeptQuery(
    lambda pk: Subscription.objects.filter(pk=pk).select_related("subscriber"), values=1
)
NOBODY = ReadToken(Purpose.UNSUBSCRIBE, 0, 0)
"""The content of a forged token. No row has the id 0, and it is looked for as any other, so it
costs the same time.
"""


@public_page
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for confirmation; on POST, unsubscribe at once, whatever the body holds.

    The answer is always 200 and never a redirect. A mail program's POST can't tell by it whether a
    token is known. A person is told where theirs doesn't verify, which reveals nobody, or they
    would believe that they had left.
    """
    link = read_token(token, Purpose.UNSUBSCRIBE)
    subject = (link or NOBODY).subject
    subscription = _SUBSCRIPTION.first(subject)
    if subscription is not None and subscription.subscriber.merged_into_id is not None:
        subscription = tie_of_person(subject) or subscription
    if request.method == "POST":
        return _leave(request, link, subscription)
    if link is None:
        return _incomplete(request)
    if subscription is None or subscription.status == SubscriptionStatus.UNSUBSCRIBED:
        return page_for_one(request, "subscribers/unsubscribe_left.html")
    return page_for_one(
        request,
        "subscribers/unsubscribe.html",
        shape=subscription.topic_id,
        context=lambda: {
            "topic": subscription.topic,
            "language_is_a_choice": language_is_a_choice(),
        },
    )


def _leave(
    request: HttpRequest, link: ReadToken | None, subscription: Subscription | None
) -> HttpResponse:
    fields = posted(request)
    one_click = "List-Unsubscribe" in fields
    everything = fields.get("scope") == "all" and not one_click
    method = ConsentMethod.ONE_CLICK if one_click else ConsentMethod.MAIL_LINK
    subject, campaign_id = (link or NOBODY).subject, (link or NOBODY).context
    if everything:
        subscriber_id = subscription.subscriber_id if subscription else 0
        done = unsubscribe_all(
            subscriber_id,
            method=method,
            network=network_of_request(request),
            campaign_id=campaign_id,
        )
    else:
        done = unsubscribe(
            subject, method=method, network=network_of_request(request), campaign_id=campaign_id
        )
    if link is None and not one_click:
        return _incomplete(request)
    # A person whose row is gone gets the answer of one who had left: nobody learns from an old link
    # who was erased.
    left = subscription if subscription and done is Departure.LEFT else None
    return page_for_one(
        request,
        "subscribers/unsubscribe_done.html",
        shape=(left and left.topic_id, everything),
        context=lambda: {"topic": left and left.topic, "everything": everything},
    )


def _incomplete(request: HttpRequest) -> HttpResponse:
    return page_for_one(request, "subscribers/link_incomplete.html")

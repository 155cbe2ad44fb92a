"""Leaving by the link in a letter: `/u/<token>`, for people and for their mail programs (RFC 8058)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsletter.links import Link, Purpose, read_token
from subscribers.consent.unsubscribe import unsubscribe as leave_topic
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.models import Subscription
from subscribers.states import ConsentMethod, SubscriptionStatus
from subscribers.views.door import door, network, posted

NOBODY = Link(Purpose.UNSUBSCRIBE, 0, 0)
"""What a forged token stands for: no row has the id 0, and it is looked for as any other, so it costs the same time."""


@door
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST leaves, at once, whatever its body holds: the token says it all.

    The answer is always 200 and never a redirect; forged and unknown tokens get it too.
    """
    link = read_token(token, Purpose.UNSUBSCRIBE) or NOBODY
    subscription = Subscription.objects.select_related("topic").filter(pk=link.subject).first()
    if request.method == "POST":
        return _leave(request, link, subscription)
    left = subscription is not None and subscription.status == SubscriptionStatus.UNSUBSCRIBED
    return render(request, "subscribers/unsubscribe.html", {"topic": subscription and subscription.topic, "left": left})


def _leave(request: HttpRequest, link: Link, subscription: Subscription | None) -> HttpResponse:
    fields = posted(request)
    one_click = "List-Unsubscribe" in fields
    everything = fields.get("scope") == "all" and not one_click
    method = ConsentMethod.ONE_CLICK if one_click else ConsentMethod.MAIL_LINK
    if everything:
        subscriber_id = subscription.subscriber_id if subscription else 0
        unsubscribe_all(subscriber_id, method=method, network=network(request), campaign_id=link.context)
    else:
        leave_topic(link.subject, method=method, network=network(request), campaign_id=link.context)
    context = {"topic": subscription and subscription.topic, "everything": everything}
    return render(request, "subscribers/unsubscribe_done.html", context)

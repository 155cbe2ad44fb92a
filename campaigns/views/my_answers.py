"""All invitations and answers of one person, by a link that is mailed to its owner on request."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaigns.events.listing import ListedEvent, list_events
from campaigns.events.moved import moved_in_words
from campaigns.models import Event, Rsvp
from campaigns.rsvp.invitation import answers_ahead, invitations_ahead
from campaigns.rsvp.joining import Joining, joining_of
from campaigns.rsvp.mail import seat_in_words
from campaigns.rsvp.request_link import store_rsvp_request
from newsletter.core.requests.link_language import answer_in
from newsletter.core.requests.neutral_request import is_neutral
from newsletter.core.tokens import Purpose, ReadToken, make_token, read_token, was_made
from newsletter.public_pages.page_cache import cached_page
from subscribers.models import Subscriber
from subscribers.views.address_form_page import address_form_page
from subscribers.views.neutral_button import behind_neutral_button
from subscribers.views.owner_link import owner_of, refuse
from subscribers.views.public_page import public_page


@dataclass(frozen=True, slots=True)
class MyEvent:
    """An event that a person is invited to, with their answer and the page that changes it."""

    line: ListedEvent
    answer: str
    seat: str
    path: str
    moved: str
    joining: Joining | None = None


@public_page
@cached_page()
def rsvp_ask_page(request: HttpRequest) -> HttpResponse:
    """Ask for an address, and mail the link. The answer is the same for every address."""
    return address_form_page(
        request,
        "campaigns/rsvp_ask.html",
        form="rsvp link",
        store=lambda address, network, trust: store_rsvp_request(
            address, network=network, trust=trust
        ),
        then="rsvp_link_sent",
        context={"line": _event_of_mail(request), "asked": request.GET.get("event", "")},
    )


def _event_of_mail(request: HttpRequest) -> ListedEvent | None:
    """Return the event of the mail that led here, until it is over.

    Whoever keeps an old mail, or got it from somebody, learns nothing more of it by its link, which
    names no person and so doesn't end with one. The neutral domain shows none.
    """
    link = read_token(request.GET.get("event", ""), Purpose.RSVP_ASK)
    if link is None or is_neutral(request):
        return None
    event = Event.objects.filter(pk=link.subject, ends_at__gt=timezone.now()).first()
    return _line(event) if event else None


@require_safe
@cached_page()
def rsvp_link_sent(request: HttpRequest) -> HttpResponse:
    """Show the answer to everybody."""
    return render(request, "campaigns/rsvp_link_sent.html")


@behind_neutral_button
@require_safe
def my_answers_page(request: HttpRequest, token: str) -> HttpResponse:
    """List the events ahead that a person is invited to, and what they answered."""
    guest = read_token(token, Purpose.GUEST_RSVPS)
    if guest is not None:
        return _of_guest(request, guest, token)
    subscriber = owner_of(request, token, Purpose.RSVPS)
    link = read_token(token, Purpose.RSVPS)
    if subscriber is None or link is None:
        purpose = Purpose.GUEST_RSVPS if was_made(token, Purpose.GUEST_RSVPS) else Purpose.RSVPS
        return refuse(request, token, purpose, again="rsvp_ask")
    return _list(request, _of_subscriber(subscriber, link))


def _of_guest(request: HttpRequest, link: ReadToken, token: str) -> HttpResponse:
    one = Rsvp.objects.filter(pk=link.subject).exclude(digest="").first()
    if one is None:
        return refuse(request, token, Purpose.GUEST_RSVPS, again="rsvp_ask")
    answer_in(request, one.language)
    rsvps = answers_ahead(Q(digest=one.digest), now=timezone.now())
    return _list(request, [_answered(rsvp, link) for rsvp in rsvps])


def _of_subscriber(subscriber: Subscriber, link: ReadToken) -> list[MyEvent]:
    now = timezone.now()
    whose = Q(subscriber=subscriber) | Q(digest=subscriber.digest)
    mine = [_answered(rsvp, link) for rsvp in answers_ahead(whose, now=now)]
    seen = {each.line.event.pk for each in mine}
    for delivery in invitations_ahead(subscriber, now=now):
        event = delivery.campaign.event
        if event is not None and event.pk not in seen:
            seen.add(event.pk)
            path = reverse("rsvp", args=[make_token(Purpose.RSVP, delivery.pk)])
            mine.append(MyEvent(_line(event), "", "", path, _moved(event)))
    return sorted(mine, key=lambda each: (each.line.event.starts_at, each.line.event.pk))


def _answered(rsvp: Rsvp, link: ReadToken) -> MyEvent:
    # It ends with the link that led here.
    path = reverse("rsvp_answer", args=[make_token(Purpose.RSVP_ANSWER, rsvp.pk, link.context)])
    answer = str(rsvp.get_answer_display()) if rsvp.answer else ""
    event = rsvp.event
    return MyEvent(_line(event), answer, seat_in_words(rsvp), path, _moved(event), joining_of(rsvp))


def _moved(event: Event) -> str:
    return moved_in_words(event, language=get_language() or "en")


def _line(event: Event) -> ListedEvent:
    (line,) = list_events([event], language=get_language() or "en")
    return line


def _list(request: HttpRequest, events: list[MyEvent]) -> HttpResponse:
    return render(request, "campaigns/my_answers.html", {"events": events})

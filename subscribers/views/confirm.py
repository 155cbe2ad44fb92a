"""Confirming a sign-up, and forbidding all further mail: the two links of a confirmation."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_countries import countries

from newsletter.links import Purpose, read_token
from subscribers.consent.confirm import AlreadyConfirmed, Confirmation, Confirmed, Gone, NotOpen, Waiting, look
from subscribers.consent.confirm import confirm as confirm_sign_up
from subscribers.consent.never_again import digest_beginning_with
from subscribers.consent.never_again import never_again as forbid
from subscribers.consent.urls_in_mail import digest_prefix
from subscribers.models import Topic
from subscribers.states import ConsentMethod
from subscribers.views.door import UNPROCESSABLE, door, network, posted

NOT_FOUND = 404


@door
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST confirms. The link can be used again: it then says that all is done."""
    link = read_token(token, Purpose.CONFIRM)
    if link is None:
        return _gone(request)
    if request.method == "POST":
        fields = posted(request)
        if fields.get("chosen") and not fields.getlist("topics"):
            return _ask(request, look(link.subject), problem="Choose at least one topic, or close this page.")
        only = _topics_named(fields.getlist("topics")) if fields.get("chosen") else None
        done = confirm_sign_up(link.subject, method=ConsentMethod.MAIL_LINK, network=network(request), only=only)
        return _done(request, done)
    return _ask(request, look(link.subject))


@door
def never_again(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST forbids. Forged and unknown tokens get the same answer, and change nothing."""
    if request.method != "POST":
        return render(request, "subscribers/never_again.html")
    link = read_token(token, Purpose.NEVER_AGAIN)
    digest = digest_beginning_with(digest_prefix(link.subject, link.context) if link else "0" * 20)
    if link is not None and digest is not None:
        forbid(digest, method=ConsentMethod.MAIL_LINK, network=network(request))
    return render(request, "subscribers/never_again_done.html")


def _topics_named(slugs: list[str]) -> list[int]:
    """The ids of topics by slug. Compared here: a database need not understand what a stranger typed."""
    return [pk for pk, slug in Topic.objects.values_list("pk", "slug") if slug in slugs]


def _ask(request: HttpRequest, found: Waiting | Confirmation, *, problem: str = "") -> HttpResponse:
    if not isinstance(found, Waiting):
        return _done(request, found)
    context = {
        "topics": found.topics,
        "details": found.details,
        "problem": problem,
        "country": countries.name(found.details.get("country", "")),
    }
    return render(request, "subscribers/confirm.html", context, status=UNPROCESSABLE if problem else 200)


def _done(request: HttpRequest, done: Confirmation) -> HttpResponse:
    if isinstance(done, Gone):
        return _gone(request)
    if isinstance(done, Confirmed | AlreadyConfirmed):
        context = {"topics": done.topics, "awaiting_review": done.awaiting_review, "already": isinstance(done, AlreadyConfirmed)}
        return render(request, "subscribers/confirm_done.html", context)
    if isinstance(done, NotOpen):
        return render(request, "subscribers/confirm_not_open.html", {"topics": done.topics})
    return render(request, "subscribers/confirm_left.html")


def _gone(request: HttpRequest) -> HttpResponse:
    """Forged, damaged, erased, never confirmed in time: the link leads nowhere, and doesn't say why."""
    return render(request, "subscribers/link_gone.html", status=NOT_FOUND)

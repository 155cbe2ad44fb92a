"""The two pages of a confirmation's links: confirming, and blocking all mail."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from newsletter.core.dates import comma_of
from newsletter.core.numbers import whole_number
from newsletter.core.requests.link_language import answer_in
from newsletter.core.tokens import Purpose, read_token
from newsletter.metrics.measure import count_confirmation
from newsletter.public_pages.page_for_one import page_for_one
from newsletter.public_pages.places import Values, place
from newsletter.templatetags.dates import date_and_time
from subscribers.consent.confirm import (
    AlreadyConfirmed,
    Confirmation,
    Confirmed,
    NeedsApplication,
    Waiting,
    confirm,
    language_of_asked,
    look,
)
from subscribers.consent.never_again import digest_beginning_with, never_again
from subscribers.consent.urls_in_mail import digest_prefix
from subscribers.models import Application, Topic
from subscribers.person_names import initials_of
from subscribers.states import ConsentMethod
from subscribers.views.public_page import UNPROCESSABLE, network_of_request, posted, public_page

NOT_FOUND = 404
KINDS = {"language": _("language"), "country": _("country or body"), "time_zone": _("time zone")}
"""Details that a sign-up may hold beside the name, in the words of the page."""


_OUTCOMES = {
    Confirmed: "confirmed",
    AlreadyConfirmed: "confirmed_before",
    NeedsApplication: "needs_application",
}
"""Confirmations, in the words of /metrics; all others came too late."""


@dataclass(frozen=True, slots=True)
class ApplicationChoice:
    """An application that a confirmation could confirm, as the page tells of it.

    `control` is the id of the first control of its topic.
    """

    number: str
    sent_at: str
    initials: str
    control: str


@dataclass(frozen=True, slots=True)
class MissingChoice:
    """A choice that is missing in the form.

    `field` is the id of the control at which it is put right.
    """

    text: str
    field: str


@public_page
def confirm_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show what would be confirmed; on POST, confirm it.

    The link can be used again. It then says that all is done, and shows nothing that is kept.
    """
    link = read_token(token, Purpose.CONFIRM)
    if link is None:
        return _gone(request)
    made_at = datetime.fromtimestamp(link.context, UTC)
    answer_in(request, language_of_asked(link.subject, made_at=made_at))
    if request.method == "POST":
        fields = posted(request)
        if fields.get("chosen") and not fields.getlist("topics"):
            return _ask(
                request,
                look(link.subject, made_at=made_at),
                problem=MissingChoice(
                    gettext("Choose at least one topic, or close this page."), "id_topics"
                ),
                details_ticked="details" in fields,
            )
        only = _topics_named(fields.getlist("topics")) if fields.get("chosen") else None
        mine = _applications_named(fields)
        found = look(link.subject, made_at=made_at)
        unclear = _unclear_topic(found, topics=only or (), mine=mine)
        if fields.get("chosen") and unclear:
            return _ask(
                request,
                found,
                problem=MissingChoice(
                    gettext("Choose the application that you sent."), f"id_sent-{unclear}"
                ),
                ticked=fields.getlist("topics"),
                details_ticked="details" in fields,
            )
        # A script that sends nothing confirms all that was asked.
        details = "details" in fields or "chosen" not in fields
        done = confirm(
            link.subject,
            method=ConsentMethod.MAIL_LINK,
            network=network_of_request(request),
            only=only,
            details=details,
            applications=mine,
            made_at=made_at,
        )
        count_confirmation(_OUTCOMES.get(type(done), "too_late"))
        return _done(request, done)
    return _ask(request, look(link.subject, made_at=made_at))


@public_page
def never_again_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for confirmation; on POST, block all mail to the address.

    A person with a damaged link is told so, or they would believe that it was done.
    """
    link = read_token(token, Purpose.NEVER_AGAIN)
    if link is None:
        return page_for_one(request, "subscribers/link_incomplete.html")
    if request.method != "POST":
        return page_for_one(request, "subscribers/never_again.html")
    digest = digest_beginning_with(digest_prefix(link.subject, link.context))
    if digest is None:
        # A link in mail that no row remembers, so no address can be blocked.
        return page_for_one(request, "subscribers/link_incomplete.html")
    never_again(digest, method=ConsentMethod.MAIL_LINK, network=network_of_request(request))
    return page_for_one(request, "subscribers/never_again_done.html")


def _topics_named(slugs: list[str]) -> list[int]:
    """Return the ids of topics by slug.

    They are compared here, because a database need not understand what a stranger typed.
    """
    return [pk for pk, slug in Topic.objects.values_list("pk", "slug") if slug in slugs]


def _applications_named(fields: QueryDict) -> list[int]:
    """Return the ids of the applications that were chosen, or that the page named."""
    named = [value for name in fields for value in fields.getlist(name) if name.startswith("sent-")]
    return [number for number in map(whole_number, named) if number]


def _unclear_topic(
    found: Waiting | Confirmation, *, topics: Collection[int], mine: Collection[int]
) -> int | None:
    """Return a topic that was ticked, of whose several applications none was chosen, if any."""
    if not isinstance(found, Waiting):
        return None
    sent = [each for each in found.applications if each.subscription.topic_id in topics]
    unchosen = Counter(each.subscription.topic_id for each in sent)
    for each in sent:
        if each.pk in mine:
            unchosen.pop(each.subscription.topic_id, None)
    return next((topic for topic, number in unchosen.items() if number > 1), None)


def _choices(
    applications: Iterable[Application],
) -> tuple[list[tuple[Topic, list[ApplicationChoice]]], Values]:
    """Return places for what was sent for each topic, and the values that stand there.

    They are for anybody who holds the mail: when it was sent, and initials.
    """
    found: dict[Topic, list[ApplicationChoice]] = {}
    values: dict[str, str] = {}
    for each in applications:
        topic, name = each.subscription.topic, f"sent_{len(values)}"
        own = {
            f"{name}_number": str(each.pk),
            f"{name}_at": date_and_time(each.sent_at),
            f"{name}_initials": initials_of(each.full_name),
        }
        values |= own
        number, sent_at, initials = map(place, own)
        choice = ApplicationChoice(number, sent_at, initials, f"id_sent-{topic.pk}")
        found.setdefault(topic, []).append(choice)
    return list(found.items()), values


def _ask(
    request: HttpRequest,
    found: Waiting | Confirmation,
    *,
    problem: MissingChoice | None = None,
    ticked: Collection[str] = (),
    details_ticked: bool = True,
) -> HttpResponse:
    """Show what waits.

    Args:
        ticked: slugs of the topics that were ticked when the form came back with a problem.
    """
    if not isinstance(found, Waiting):
        return _done(request, found)
    choices, sent = _choices(found.applications)
    ticked = ticked if problem else [topic.slug for topic in found.topics]
    told = _told(found.details)
    return page_for_one(
        request,
        "subscribers/confirm.html",
        {**sent, "details": told},
        shape=None
        if problem
        else (
            _ids(found.topics),
            tuple((topic.pk, len(each)) for topic, each in choices),
            bool(told),
        ),
        context=lambda: {
            "topics": found.topics,
            "ticked": ticked,
            "has_details": bool(told),
            "details_ticked": details_ticked,
            "applications": choices,
            "problem": problem,
        },
        status=UNPROCESSABLE if problem else 200,
    )


def _told(details: Mapping[str, str]) -> str:
    """Return what came with the sign-up, for anybody who holds the mail.

    That is kinds of details, and a name by its initials.
    """
    name = details.get("full_name", "")
    kinds = [str(words) for column, words in KINDS.items() if details.get(column)]
    if name:
        initials = initials_of(name)
        # Of some names nothing is shown: “name …” would look as if something were missing.
        has_initial = any(letter.isalpha() for letter in initials)
        words = gettext("name %(initials)s") % {"initials": initials}
        kinds.insert(0, words if has_initial else gettext("name"))
    return comma_of(get_language() or "en").join(kinds)


def _done(request: HttpRequest, done: Confirmation) -> HttpResponse:
    if isinstance(done, Confirmed):
        return page_for_one(
            request,
            "subscribers/confirm_done.html",
            shape=(_ids(done.topics), _ids(done.awaiting_review)),
            context=lambda: {"topics": done.topics, "awaiting_review": done.awaiting_review},
        )
    if isinstance(done, AlreadyConfirmed):
        # Accepted or not: the page doesn't tell.
        is_application = all(topic.is_moderated for topic in (*done.topics, *done.awaiting_review))
        return page_for_one(
            request,
            "subscribers/confirm_already.html",
            shape=is_application,
            context=lambda: {"is_application": is_application},
        )
    if isinstance(done, NeedsApplication):
        return page_for_one(
            request,
            "subscribers/confirm_needs_application.html",
            shape=_ids(done.topics),
            context=lambda: {"topics": done.topics},
        )
    return _gone(request)


def _ids(topics: Iterable[Topic]) -> tuple[int, ...]:
    return tuple(topic.pk for topic in topics)


def _gone(request: HttpRequest) -> HttpResponse:
    """Answer that the link no longer works, without the reason.

    It is forged, damaged, erased, left since, or was never confirmed in time.
    """
    return page_for_one(request, "subscribers/link_gone.html", status=NOT_FOUND)

"""The preference centre, by a link that is mailed to the person on request."""

from collections.abc import Callable, Mapping
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from newsletter.core.tokens import Purpose, read_token
from newsletter.public_pages.page_cache import cached_page
from subscribers.consent.consent_wording import preferences_words
from subscribers.consent.preferences import UnknownSubscriber, choose_topics, resume_campaigns
from subscribers.consent.submissions import store_preferences_request
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.models import Subscriber
from subscribers.people.details import change_details
from subscribers.people.discreet import NoNeutralSender, set_discreet
from subscribers.people.pause import CannotPause, pause
from subscribers.people.request_link import (
    request_address_link,
    request_download_link,
    request_erase_link,
)
from subscribers.states import ConsentMethod
from subscribers.views.address_form_page import address_form_page
from subscribers.views.neutral_button import behind_neutral_button
from subscribers.views.owner_link import owner_of, refuse
from subscribers.views.preferences_form import PAUSE_BOUNDS, PreferencesForm, details_of
from subscribers.views.preferences_page import Shown, show_preferences
from subscribers.views.preferences_words import SAVED
from subscribers.views.public_page import UNPROCESSABLE, network_of_request, posted, public_page
from subscribers.views.topic_boxes import (
    changed_boxes,
    statuses_of,
    topic_choices,
    unknown_ticks,
)

CONFLICT = 409
"""The status of a button that was pressed on an old copy of the page, and changed nothing."""


@public_page
@cached_page()
def preferences_page(request: HttpRequest) -> HttpResponse:
    """Ask for an address, and mail the link. The answer is the same for every address."""
    return address_form_page(
        request,
        "subscribers/preferences_ask.html",
        form="preferences link",
        store=lambda address, network, trust: store_preferences_request(
            address, network=network, trust=trust
        ),
        then="preferences_sent",
    )


@require_safe
@cached_page()
def preferences_sent(request: HttpRequest) -> HttpResponse:
    """Show the answer to everybody."""
    return render(request, "subscribers/preferences_sent.html")


@behind_neutral_button
@public_page
def own_preferences_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show topics and details; on POST, change them.

    A download, a change of address and erasure are mailed as links of their own.
    """
    if read_token(token, Purpose.PREFERENCES):
        # Of a campaign that was sent before such links expired: anybody may hold it.
        return redirect("preferences")
    subscriber = owner_of(request, token, Purpose.MANAGE)
    if subscriber is None:
        return refuse(request, token, Purpose.MANAGE)
    if request.method != "POST":
        notice = str(SAVED.get(request.GET.get("saved", ""), ""))
        return _show(request, subscriber, Shown(notice))
    try:
        return ACTIONS.get(posted(request).get("action", ""), _save)(request, subscriber)
    except (UnknownSubscriber, Subscriber.DoesNotExist):  # erased since, by another click
        return refuse(request, token, Purpose.MANAGE)


def _show(
    request: HttpRequest, subscriber: Subscriber, shown: Shown, *, status: int = 200
) -> HttpResponse:
    match = request.resolver_match
    token = str(match.kwargs["token"]) if match else ""
    return show_preferences(request, subscriber, shown, token=token, status=status)


def _save(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    fields = posted(request)
    form = PreferencesForm(details := details_of(subscriber, fields), is_sent=True)
    choices = topic_choices(statuses_of(subscriber))
    boxes = changed_boxes(fields, choices)
    if not fields.keys() & {"chosen", *form.known}:
        notice = gettext("We could not read the form, so nothing was saved. Try again.")
        return _show_anew(request, subscriber, notice, status=UNPROCESSABLE)
    # What was unticked stays so. Otherwise whoever corrects a name would go on getting email.
    with_mistakes = Shown(details=details, boxes=boxes, form=form)
    if not form.is_valid():
        return _show(request, subscriber, with_mistakes, status=UNPROCESSABLE)
    said = {name: form.cleaned_data[name] for name in form.typed}
    change_details(
        subscriber.pk,
        full_name=said.get("name"),
        language=said.get("language"),
        country=said.get("country"),
        time_zone=said.get("time_zone"),
        greeting=said.get("greeting"),
        salutation=said.get("salutation"),
    )
    if "pause_until" in said:
        try:
            pause(subscriber.pk, until=said["pause_until"])
        except CannotPause:  # it is midnight
            form.add_error("pause_until", PAUSE_BOUNDS)
            return _show(request, subscriber, with_mistakes, status=UNPROCESSABLE)
    choose_topics(
        subscriber.pk,
        topics=[choice.topic for choice in choices if boxes.get(choice.topic.slug)],
        among=[choice.topic for choice in choices if choice.topic.slug in boxes],
        words=preferences_words(),
        network=network_of_request(request),
    )
    # A redirect: reloading the answer would join anew what was left since then. The query says
    # what a message of the session would, for which a cookie is needed.
    saved = "partly" if unknown_ticks(fields, choices) else "yes"
    return redirect(f"{request.path}?saved={saved}")


def _leave(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    unsubscribe_all(
        subscriber.pk, method=ConsentMethod.PREFERENCES, network=network_of_request(request)
    )
    return _show_as_typed(
        request,
        subscriber,
        gettext("You are unsubscribed from everything."),
        topics_too=False,
    )


def _resume(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    resumed = resume_campaigns(
        subscriber.pk,
        told=posted(request).get("told", ""),
        words=preferences_words(),
        network=network_of_request(request),
    )
    if resumed:
        return _show_as_typed(
            request, subscriber, gettext("We’ll email you about your topics again.")
        )
    return _show_as_typed(
        request,
        subscriber,
        gettext("Nothing was changed, because this page was out of date. Here it is as it is now."),
        topics_too=False,
        status=CONFLICT,
    )


def _end_pause(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    pause(subscriber.pk, until=None)
    notice = gettext("We’ll email you about your topics again.")
    return _show_as_typed(request, subscriber, notice)


def _switch_discreet(request: HttpRequest, subscriber: Subscriber, *, on: bool) -> HttpResponse:
    try:
        set_discreet(subscriber.pk, on=on, network=network_of_request(request))
    except NoNeutralSender:
        notice = gettext("Nothing was changed, because discreet mode is not available here yet.")
        return _show_as_typed(request, subscriber, notice, status=CONFLICT)
    if on:
        notice = gettext("Discreet mode is on. It starts with our next email.")
    else:
        notice = gettext("Discreet mode is off. Our emails will name us again.")
    return _show_as_typed(request, subscriber, notice)


def _ask_to_download(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    return _link_mailed(request, subscriber, mailed=request_download_link(subscriber.pk))


def _ask_to_erase(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    return _link_mailed(request, subscriber, mailed=request_erase_link(subscriber.pk))


def _ask_for_address(request: HttpRequest, subscriber: Subscriber) -> HttpResponse:
    return _link_mailed(request, subscriber, mailed=request_address_link(subscriber.pk))


def _link_mailed(request: HttpRequest, subscriber: Subscriber, *, mailed: bool) -> HttpResponse:
    if mailed:
        return _show_as_typed(
            request,
            subscriber,
            gettext("Check your email: we have sent you a link. It works for 1 hour."),
        )
    return _show_as_typed(
        request,
        subscriber,
        gettext(
            "We have already emailed you this link. Check your email. We send at most 1 link every "
            "15 minutes and 4 a day."
        ),
    )


def _show_anew(
    request: HttpRequest, subscriber: Subscriber, notice: str, *, status: int = 200
) -> HttpResponse:
    subscriber.refresh_from_db()
    return _show(request, subscriber, Shown(notice), status=status)


def _show_as_typed(
    request: HttpRequest,
    subscriber: Subscriber,
    notice: str,
    *,
    topics_too: bool = True,
    status: int = 200,
) -> HttpResponse:
    """Show the page with what was typed into it, which only "Save" saves.

    Args:
        topics_too: keep the boxes as they were ticked; False: show what is followed now.
    """
    fields = posted(request)
    if "chosen" not in fields:  # of a script, or without what was typed
        return _show_anew(request, subscriber, notice, status=status)
    subscriber.refresh_from_db()
    boxes = changed_boxes(fields, topic_choices(statuses_of(subscriber))) if topics_too else {}
    details = details_of(subscriber, fields)
    shown = Shown(notice, details, boxes, is_unsaved=bool(details.typed or boxes))
    return _show(request, subscriber, shown, status=status)


ACTIONS: Mapping[str, Callable[[HttpRequest, Subscriber], HttpResponse]] = {
    "leave": _leave,
    "resume": _resume,
    "end_pause": _end_pause,
    "discreet_on": partial(_switch_discreet, on=True),
    "discreet_off": partial(_switch_discreet, on=False),
    "download": _ask_to_download,
    "erase": _ask_to_erase,
    "address": _ask_for_address,
}
"""Actions of the page's buttons, by value. Any other value saves."""

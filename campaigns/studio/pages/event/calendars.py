"""The page about calendar invitations: which mailers carry them, and mail that leads nowhere."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from campaigns.audit_actions import EventAction
from campaigns.calendars.availability import NO_MAILBOX, settings_digest
from campaigns.calendars.self_test import CannotTest, send_test
from campaigns.models import CalendarMail, CalendarTest
from campaigns.need_to_know import visible_calendar_mails, visible_events
from campaigns.studio.calendar_mails import calendar_mail_rows
from campaigns.studio.event_view import EDIT, SEE, event_url
from campaigns.studio.guarded_view import View
from newsletter.audit.record import record

SHOWN = 50


@dataclass(frozen=True, slots=True)
class MailerLine:
    """A mailer for campaigns, and what its self-test said."""

    name: str
    test: CalendarTest | None
    is_of_now: bool
    """Whether the test was made with the settings of now."""


def _guarded(*methods: str) -> Callable[[View], View]:
    """Ask for the permission to see events, and to post, for the one to edit them."""

    def decorate(view: View) -> View:
        @require_http_methods([*methods, "GET", "HEAD"])
        @wraps(view)
        def wrapper(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            posts = request.method == "POST"
            if not request.user.has_perm(EDIT if posts else SEE):
                raise PermissionDenied
            if not posts and "GET" not in methods:
                return redirect("admin:studio_calendars")
            return view(request, **kwargs)

        return wrapper

    return decorate


@_guarded("GET")
def calendars(request: HttpRequest) -> HttpResponse:
    """Show whether invitations can go out, and why not."""
    strangers = visible_calendar_mails(request.user).filter(event=None)
    strangers = strangers.select_related("subscriber", "event")
    rows = calendar_mail_rows(strangers.order_by("-pk")[:SHOWN], account=request.user)
    context = {
        **admin.site.each_context(request),
        "title": "Calendar invitations",
        "no_mailbox": NO_MAILBOX if settings.REPLY_MAILBOX is None else "",
        "mailers": _lines(),
        "section": {"mails": rows, "may_end": request.user.has_perm(EDIT)},
        "may_test": request.user.has_perm(EDIT) and settings.REPLY_MAILBOX is not None,
    }
    return TemplateResponse(request, "studio/event/calendars.html", context)


@_guarded("POST")
def test_mailers(request: HttpRequest) -> HttpResponse:
    """Send a self-test by each mailer for campaigns."""
    page = redirect("admin:studio_calendars")
    try:
        tests = [send_test(alias) for alias in settings.BULK_MAILERS]
    except CannotTest as error:
        messages.error(request, f"No test was sent. {error}")
        return page
    for test in tests:
        record(EventAction.CALENDARS_TESTED, test, label=f"mailer {test.mailer}")
    if any(not test.problem for test in tests):
        messages.success(
            request, "The test is on its way. Look here again in a few minutes for the result."
        )
    return page


@_guarded("POST")
def end_mail(request: HttpRequest, mail_id: int) -> HttpResponse:
    """Take an email from the list, because somebody has seen to it."""
    known = visible_calendar_mails(request.user).select_related("event")
    mail = get_object_or_404(known, pk=mail_id)
    event = mail.event
    if event is not None:
        get_object_or_404(visible_events(request.user), pk=event.pk)
    with transaction.atomic():
        CalendarMail.objects.filter(pk=mail.pk).delete()
        record(
            EventAction.CALENDAR_MAIL_DONE,
            event,
            label=f"event “{event.title}”" if event else "",
            topic_id=event.topic_id if event else None,
        )
    if event is None:
        return redirect("admin:studio_calendars")
    return redirect(event_url("event", event) + "#calendar")


def _lines() -> list[MailerLine]:
    tests = {test.mailer: test for test in CalendarTest.objects.all()}
    mailers = (settings.MAILER_SETTINGS[alias] for alias in settings.BULK_MAILERS)
    return [
        MailerLine(
            mailer.name,
            test := tests.get(mailer.name),
            test is not None and test.settings_digest == settings_digest(mailer),
        )
        for mailer in mailers
    ]

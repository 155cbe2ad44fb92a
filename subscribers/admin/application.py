"""Applications to join a moderated topic: the queue, and what staff decide on each."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from newsletter.admin.discreet import is_masked, with_masks, without_discreet
from newsletter.admin.keyset import ListPart
from newsletter.admin.lists import ReadOnlyAdmin
from newsletter.admin.visibility import note_view
from newsletter.core.numbers import whole_number
from newsletter.core.word_search import has_words
from staff.accounts.names import called
from subscribers.admin.application_columns import ApplicationColumns, mask_application
from subscribers.admin.application_filters import (
    ApplicationStatusFilter,
    ApplicationTopicFilter,
    AssignedFilter,
)
from subscribers.admin.application_forms import DeclineForm, NoteForm, QuestionForm
from subscribers.applications.assign_and_note import (
    DECIDE,
    CannotAssign,
    add_note,
    assign,
    who_may_decide,
)
from subscribers.applications.decide import DecisionResult, accept, decline
from subscribers.applications.decline_text import suggested_decline
from subscribers.applications.questions import CannotAsk, ask
from subscribers.countries import refresh_bodies
from subscribers.models import Application
from subscribers.states import ApplicationStatus

TOO_LATE = "Nothing was changed. A colleague has decided on it, or the person has withdrawn it."


@admin.register(Application)
class ApplicationAdmin(ApplicationColumns, ReadOnlyAdmin):
    """Applications that their sender has confirmed; those that wait come first, oldest on top."""

    is_recorded_by_actions = True
    empty_text = (
        "Applications to join a moderated topic appear here, once the person has confirmed them by "
        "email."
    )
    list_before_template = "studio/_about_applications.html"
    list_display = [
        "shown_name",
        "shown_institution",
        "shown_country",
        "topic",
        "shown_status",
        "confirmed_at",
        "assignee",
    ]
    list_filter = [ApplicationStatusFilter, ApplicationTopicFilter, AssignedFilter]
    list_select_related = ["subscription__topic", "assigned_to"]
    search_fields = ["full_name"]
    search_help_text = "Name or institution"
    keyset = (
        ListPart(Q(decided_at=None), "confirmed_at", is_descending=False),
        ListPart(Q(decided_at__isnull=False), "decided_at"),
    )
    sortable_by = ()
    ordering = [F("decided_at").desc(nulls_first=True), "confirmed_at", "pk"]
    change_form_outer_after_template = "studio/_application.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "full_name",
                    "email",
                    "institution",
                    "shown_country",
                    "office",
                    "reason",
                    "verification",
                ]
            },
        ),
        (
            "Application",
            {
                "fields": [
                    "topic",
                    "shown_language",
                    "shown_status",
                    "sent_at",
                    "confirmed_at",
                    "decided_at",
                    "decided_by",
                    "assignee",
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        refresh_bodies()  # for the names of countries
        rows: QuerySet[Application] = super().get_queryset(request)
        rows = with_masks(rows, request, digest="subscription__subscriber__digest")
        return rows.exclude(status=ApplicationStatus.PENDING).select_related(
            "subscription__topic", "subscription__subscriber", "assigned_to"
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Application], search_term: str
    ) -> tuple[QuerySet[Application], bool]:
        if not search_term.strip():
            return queryset, False
        found = queryset.filter(has_words(search_term, "full_name", "institution"))
        return without_discreet(found, request, digest="subscription__subscriber__digest"), False

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Application | None:
        found: Application | None = super().get_object(request, object_id, from_field)
        if found is not None and is_masked(found):
            mask_application(found)
        return found

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        application: Application | None = context.get("original")
        if application is not None:
            # Whoever may not know who it is can't decide: what was written and asked tells it.
            is_hidden = is_masked(application)
            may_decide = request.user.has_perm(DECIDE) and not is_hidden
            now = timezone.now()
            context |= {
                "may_decide": may_decide,
                "questions": []
                if is_hidden
                else [
                    (question, question.is_open(now))
                    for question in application.questions.order_by("pk")
                ],
                "notes": [] if is_hidden else application.notes.order_by("pk"),
                "is_hidden": is_hidden,
                "note_form": NoteForm(),
                "colleagues": _colleagues(application) if may_decide else [],
            }
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        posted = {
            "accept": self.accept_view,
            "assign": self.assign_view,
            "note": self.note_view,
        }
        shown = {"decline": self.decline_view, "ask": self.ask_view}
        both = require_http_methods(["GET", "HEAD", "POST"])
        views = {name: self.only_posted(view) for name, view in posted.items()} | {
            name: self.admin_site.admin_view(both(view)) for name, view in shown.items()
        }
        return [
            *(
                path(
                    f"<int:application_id>/{name}/",
                    view,
                    name=f"subscribers_application_{name}",
                )
                for name, view in views.items()
            ),
            *urls,
        ]

    def accept_view(self, request: HttpRequest, application_id: int) -> HttpResponse:
        """Accept an application."""
        application = self._asked_for(request, application_id)
        if accept(application.pk, by=_account(request)) is DecisionResult.MADE:
            messages.success(
                request, f"Accepted. {application.full_name} is subscribed, and gets an email."
            )
        else:
            messages.info(request, TOO_LATE)
        return _back(application)

    def decline_view(self, request: HttpRequest, application_id: int) -> HttpResponse:
        """Ask for the words of the email, then decline."""
        application = self._asked_for(request, application_id)
        suggested = {"message": suggested_decline(application)}
        form = DeclineForm(request.POST if request.method == "POST" else None, initial=suggested)
        if not form.is_valid():
            return self._page_with(request, application, form, "decline")
        typed = form.cleaned_data
        message = "" if typed["silently"] else typed["message"]
        if decline(application.pk, by=_account(request), message=message) is DecisionResult.MADE:
            told = "The email is on its way." if message else "No email was sent."
            messages.success(request, f"Declined. {told}")
        else:
            messages.info(request, TOO_LATE)
        return _back(application)

    def ask_view(self, request: HttpRequest, application_id: int) -> HttpResponse:
        """Ask for a question, then send it."""
        application = self._asked_for(request, application_id)
        form = QuestionForm(request.POST if request.method == "POST" else None)
        if not form.is_valid():
            return self._page_with(request, application, form, "ask")
        try:
            ask(application.pk, text=form.cleaned_data["question"], by=_account(request))
        except CannotAsk as error:
            form.add_error("question", str(error))
            return self._page_with(request, application, form, "ask")
        messages.success(request, "Question sent. The answer will appear on this page.")
        return _back(application)

    def assign_view(self, request: HttpRequest, application_id: int) -> HttpResponse:
        """Assign an application to a colleague, or to nobody."""
        application = self._asked_for(request, application_id)
        chosen = request.POST.get("account", "")
        colleague = _colleagues(application).filter(pk=whole_number(chosen) or 0).first()
        if chosen and colleague is None:
            messages.error(request, "Choose a colleague from the list.")
            return _back(application)
        try:
            changed = assign(application.pk, to=colleague)
        except CannotAssign as error:
            messages.error(request, str(error))
            return _back(application)
        if changed:
            to = called(colleague) if colleague else "nobody"
            messages.success(request, f"Assigned to {to}.")
        else:
            messages.info(request, "Nothing was changed.")
        return _back(application)

    def note_view(self, request: HttpRequest, application_id: int) -> HttpResponse:
        """Add a note."""
        application = self._asked_for(request, application_id)
        form = NoteForm(request.POST)
        if form.is_valid():
            add_note(application, text=form.cleaned_data["note"], by=_account(request))
            messages.success(request, "Note added.")
        else:
            messages.error(request, " ".join(map(str, form.errors["note"])))
        return _back(application)

    def _page_with(
        self, request: HttpRequest, application: Application, form: forms.Form, name: str
    ) -> HttpResponse:
        note_view(application, request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": {"decline": "Decline application", "ask": "Ask a question"}[name],
            "opts": self.opts,
            "application": application,
            "language": self.shown_language(application),
            "form": form,
        }
        template = f"studio/{name}_application.html"
        return TemplateResponse(request, template, context, status=422 if form.errors else 200)

    def _asked_for(self, request: HttpRequest, application_id: int) -> Application:
        if not request.user.has_perm(DECIDE):
            raise PermissionDenied
        application = get_object_or_404(self.get_queryset(request), pk=application_id)
        if is_masked(application):
            raise PermissionDenied
        return application


def _colleagues(application: Application) -> QuerySet[User]:
    return who_may_decide(application.subscription.topic)


def _account(request: HttpRequest) -> User:
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user


def _back(application: Application) -> HttpResponse:
    return redirect(reverse("admin:subscribers_application_change", args=[application.pk]))

"""The audit log, to read, filter and export."""

import csv
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.admin.exceptions import NotRegistered
from django.contrib.admin.views.main import SEARCH_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import NoReverseMatch, URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_http_methods

from newsletter.admin.columns import column
from newsletter.admin.keyset import NEWEST_FIRST
from newsletter.admin.lists import ReadOnlyAdmin
from newsletter.audit.actor import ActorKind
from newsletter.audit.details import named_details
from newsletter.audit.record import record
from newsletter.audit_actions import AuditLogAction, audited_actions
from newsletter.core.db.slices import in_slices
from newsletter.core.spreadsheets import harmless_cell
from newsletter.core.word_search import has_words
from newsletter.models import AuditEntry
from staff.sign_in.recent_sign_in import sign_in_again, signed_in_recently

PERIODS = {"1": "Last 24 hours", "7": "Last 7 days", "30": "Last 30 days", "365": "Last year"}
"""Days → words."""
COLUMNS = ("time", "who", "account", "network", "action", "code", "what", "type", "id", "details")
FILTERS = ("days", "by", "action")
"""Query parameters of the filters below."""


class ActionFilter(admin.SimpleListFilter):
    """A filter by what was done."""

    title = "action"
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        known = [(str(each.value), str(each.label)) for each in audited_actions()]
        return sorted(known, key=lambda pair: pair[1])

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(action=self.value()) if self.value() else queryset


class ActorFilter(admin.SimpleListFilter):
    """A filter by the kind of actor."""

    title = "who"
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(value), str(label)) for value, label in ActorKind.choices]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        return queryset.filter(actor_kind=self.value()) if self.value() else queryset


class PeriodFilter(admin.SimpleListFilter):
    """A filter by how long ago it was."""

    title = "time"
    parameter_name = "days"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(PERIODS.items())

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry]
    ) -> QuerySet[AuditEntry]:
        days = self.value()
        if days not in PERIODS:
            return queryset
        return queryset.filter(at__gte=timezone.now() - timedelta(days=int(days)))


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """Entries, latest first. Those that retention has emptied are left out."""

    list_title = "Audit log"
    empty_text = "What staff and operators do appears here. There is nothing yet."
    list_before_template = "studio/_about_audit_log.html"
    search_help_text = "Who, or what it was done to"

    list_display = ["time", "actor_name", "words", "shown_object", "network"]
    list_filter = [PeriodFilter, ActorFilter, ActionFilter]
    ordering = ["-id"]
    keyset = NEWEST_FIRST
    sortable_by = ()  # a log of a million is read by time
    search_fields = ["actor_name"]
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "time",
                    "actor_name",
                    "words",
                    "shown_object",
                    "shown_page",
                    "shown_details",
                    "network",
                ]
            },
        ),
        (
            "Seal",
            {
                "fields": ["seal", "digest"],
                "description": "By these, manage.py verify_audit finds out whether the entry was "
                "altered. A new entry is sealed within minutes.",
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[AuditEntry]:
        rows: QuerySet[AuditEntry] = super().get_queryset(request)
        return rows.filter(emptied_at=None)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(has_words(search_term, "actor_name", "object_label")), False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *given: Any, **options: Any
    ) -> HttpResponse:
        # An entry is never changed, so it has no history.
        return super().render_change_form(
            request, {**context, "show_history": False}, *given, **options
        )

    @column("Time (UTC)")
    def time(self, entry: AuditEntry) -> str:
        return f"{entry.at:%-d %b %Y, %H:%M:%S}"

    @column("What")
    def shown_object(self, entry: AuditEntry) -> str:
        return entry.object_label or "–"

    @column("Page")
    def shown_page(self, entry: AuditEntry) -> SafeString | str:
        """Return a link to what it was done to, which says by itself who may open it."""
        try:
            model = apps.get_model(entry.object_type)
            name = self.admin_site.get_model_admin(model).opts.verbose_name
            url = reverse(
                f"admin:{entry.object_type.replace('.', '_')}_change", args=[entry.object_id]
            )
        except (LookupError, ValueError, NotRegistered, NoReverseMatch):
            return ""
        return format_html('<a href="{}">Open {} {}</a>', url, name, entry.object_id)

    @column("Details")
    def shown_details(self, entry: AuditEntry) -> SafeString:
        return format_html_join(mark_safe("<br>"), "{}: {}", named_details(entry.details))

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        view = self.admin_site.admin_view(
            require_http_methods(["GET", "HEAD", "POST"])(self.export_view)
        )
        return [path("export/", view, name="newsletter_auditentry_export"), *urls]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Export what the list shows, with its filters and its search, as CSV.

        Whoever reads this address, after signing in again, is led to the list with its button.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            shown = request.GET.urlencode()
            page = reverse("admin:newsletter_auditentry_changelist")
            return redirect(f"{page}?{shown}" if shown else page)
        if not signed_in_recently(request, button=True):
            return sign_in_again(request)
        rows = self.get_changelist_instance(request).get_queryset(request)
        # Not what was searched for, which may be a name.
        chosen = [f"{name}={request.GET[name]}" for name in FILTERS if request.GET.get(name)]
        told = record(
            AuditLogAction.EXPORTED, filters=chosen, searched=bool(request.GET.get(SEARCH_VAR))
        )
        answer = StreamingHttpResponse(
            _lines(rows.filter(pk__lt=told.pk)), content_type="text/csv; charset=utf-8"
        )
        answer["Content-Disposition"] = 'attachment; filename="audit-log.csv"'
        return answer


class _Line:
    """A file that gives back each line that is written to it."""

    def write(self, line: str) -> str:
        return line


def _lines(rows: QuerySet[AuditEntry]) -> Iterator[str]:
    writer = csv.writer(_Line())
    yield "\ufeff"  # or Excel reads UTF-8 as a Windows code page
    yield writer.writerow(COLUMNS)
    for entry in in_slices(rows, newest_first=True):
        yield writer.writerow(map(harmless_cell, _cells(entry)))


def _cells(entry: AuditEntry) -> tuple[str, ...]:
    return (
        entry.at.isoformat(timespec="seconds"),
        entry.actor_name,
        str(entry.actor_id or ""),
        entry.network,
        entry.words,
        entry.action,
        entry.object_label,
        entry.object_type,
        entry.object_id,
        json.dumps(entry.details, ensure_ascii=False) if entry.details else "",
    )

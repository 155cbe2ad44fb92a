"""Imports: to make one, to look at its result, and to undo it."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.views.decorators.http import require_http_methods

from newsletter.admin.columns import column
from newsletter.admin.lists import ReadOnlyAdmin
from newsletter.admin.visibility import note_view
from staff.accounts.names import called
from staff.sign_in.recent_sign_in import sign_in_again, signed_in_recently
from subscribers.admin.list_import import apply, check, columns, upload
from subscribers.admin.list_import.columns import FIELD_LABELS
from subscribers.admin.list_import.page import MAY_IMPORT, SEE_PEOPLE
from subscribers.imports.undo import undone_percent
from subscribers.imports.undo_asked import ask_undo
from subscribers.models import ImportBatch
from subscribers.states import SubscriptionStatus
from subscribers.status_colours import IMPORT_COLOURS

_VIEWS = {
    "columns": columns.columns,
    "check": check.check,
    "rows": check.rows,
    "back": check.back_to_columns,
    "discard": check.discard_list,
    "import": apply.apply,
    "result": apply.result,
    "report": apply.report,
}
"""The pages of an uploaded list, by the end of their path."""

_OF_PEOPLE = frozenset(
    {
        "added",
        "undated",
        "unchanged",
        "not_changed",
        "opted_out",
        "left_or_opted_out",
        "opt_outs",
        "filled",
        "refused_rows",
    }
)
"""Left out for whoever may not see subscribers: of a small list, numbers tell who is known to us,
and the reasons of refused rows quote addresses."""


@admin.register(ImportBatch)
class ImportBatchAdmin(ReadOnlyAdmin):
    """Imports: the file, the result, and the refused rows."""

    empty_text = "No list has been imported yet."
    add_label = "Import a list"

    list_display = [
        "file_name",
        "topic",
        "state",
        "rows",
        "added",
        "unchanged",
        "opted_out",
        "refused_count",
        "created_at",
    ]
    list_select_related = ["topic", "made_by"]
    search_fields = ["file_name"]
    ordering = ["-id"]
    list_before_template = "studio/_about_imports.html"
    change_form_outer_after_template = "studio/import/_undo.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "file_name",
                    "topic",
                    "state",
                    "consent_words",
                    "asks",
                    "importer",
                    "created_at",
                    "undone_at",
                ]
            },
        ),
        (
            "Result",
            {
                "fields": [
                    "rows",
                    "added",
                    "undated",
                    "not_changed",
                    "left_or_opted_out",
                    "opt_outs",
                    "filled",
                    "not_taken",
                    "refused_rows",
                ]
            },
        ),
        ("File", {"fields": ["columns", "file_digest"]}),
    ]
    # All of them: an import is made by its pages, and no form of one is ever filled in.
    readonly_fields = [name for _, options in fieldsets for name in options["fields"]]

    @column("Imported by")
    def importer(self, batch: ImportBatch) -> str:
        # A name, and no link: not everybody who sees imports sees accounts.
        return called(batch.made_by) if batch.made_by else "–"

    @column("Status", colours=IMPORT_COLOURS)
    def state(self, batch: ImportBatch) -> str:
        if batch.undone_at:
            return "Undone"
        return "Being undone" if batch.undo_asked_at else "Imported"

    # Sums of what the pages of an import tell apart, under their names.

    @column("Already subscribed, waiting for their answer, or repeated in the file")
    def not_changed(self, batch: ImportBatch) -> int:
        return batch.unchanged

    @column("Unsubscribed or blocked here, or opt-outs")
    def left_or_opted_out(self, batch: ImportBatch) -> int:
        return batch.opted_out

    @column("No consent, or can’t be used")
    def not_taken(self, batch: ImportBatch) -> int:
        return batch.refused_count

    @column("Refused rows")
    def refused_rows(self, batch: ImportBatch) -> str:
        rows = ((refused["row"], refused["reason"]) for refused in batch.refused)
        return format_html_join("", "<div>Row {}: {}</div>", rows) or "–"

    @column("Columns")
    def columns(self, batch: ImportBatch) -> str:
        read = ((header, FIELD_LABELS.get(name, name)) for header, name in batch.mapping.items())
        return format_html_join("", "<div>{}: {}</div>", read) or "–"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(MAY_IMPORT)

    def get_fieldsets(self, request: HttpRequest, obj: ImportBatch | None = None) -> Any:
        if request.user.has_perm(SEE_PEOPLE):
            return self.fieldsets
        return [
            (title, {"fields": [name for name in options["fields"] if name not in _OF_PEOPLE]})
            for title, options in self.fieldsets
        ]

    def get_list_display(self, request: HttpRequest) -> list[str]:
        if request.user.has_perm(SEE_PEOPLE):
            return self.list_display
        return [name for name in self.list_display if name not in _OF_PEOPLE]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take in a file. What comes of it goes from page to page until it is an import."""
        return require_http_methods(["GET", "HEAD", "POST"])(upload.upload_list)(request)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        batch: ImportBatch | None = kwargs.get("obj")
        context |= {
            "undone_percent": undone_percent(batch) if batch is not None else 0,
            "may_undo": batch is not None
            and not batch.undone_at
            and not batch.undo_asked_at
            and request.user.has_perm(MAY_IMPORT),
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        guarded = self.admin_site.admin_view
        pages = [
            path(
                f"uploaded/<int:importupload_id>/{end}/",
                guarded(view),
                name=f"subscribers_importupload_{end}",
            )
            for end, view in _VIEWS.items()
        ]
        undo = path(
            "<int:importbatch_id>/undo/",
            guarded(require_http_methods(["GET", "HEAD", "POST"])(self.undo_view)),
            name="subscribers_importbatch_undo",
        )
        return [*pages, undo, *urls]

    def undo_view(self, request: HttpRequest, importbatch_id: int) -> HttpResponse:
        """Say what an undo takes back, and what it can't; then leave it to a worker."""
        if not request.user.has_perm(MAY_IMPORT):
            raise PermissionDenied
        if not signed_in_recently(request):
            return sign_in_again(request)
        batch = get_object_or_404(self.get_queryset(request), pk=importbatch_id)
        page = reverse("admin:subscribers_importbatch_change", args=[batch.pk])
        if request.method == "POST":
            account: Any = request.user
            if ask_undo(batch.pk, by=account):
                messages.success(
                    request,
                    "The import is being undone. A long list takes a few minutes.",
                )
            else:
                messages.info(request, "Nothing was changed: it was undone already.")
            return redirect(page)
        if batch.undone_at or batch.undo_asked_at:
            return redirect(page)
        note_view(batch, request.user)
        standing = _standing(batch)
        context = {
            **self.admin_site.each_context(request),
            "title": "Undo import",
            "opts": self.opts,
            "batch": batch,
            "subscribed": standing[SubscriptionStatus.CONFIRMED],
            "pending": standing[SubscriptionStatus.PENDING],
            "left": standing[SubscriptionStatus.UNSUBSCRIBED]
            + standing[SubscriptionStatus.DECLINED],
            "restores_details": batch.filled
            and batch.created_at > timezone.now() - settings.KEEP_IMPORT_DETAILS,
        }
        return TemplateResponse(request, "studio/import/undo.html", context)


def _standing(batch: ImportBatch) -> Counter[str]:
    """Return the status → number of an import's subscriptions.

    Nearly all of a long list are confirmed. They are what is left of all by two indexes, of the
    imports and of each topic's followers by status, so that no row of theirs is read.
    """
    others = batch.subscriptions.filter(
        topic=batch.topic_id,
        status__in=[each for each in SubscriptionStatus if each != SubscriptionStatus.CONFIRMED],
    )
    counted = others.values_list("status").annotate(number=Count("*")).order_by()
    standing = Counter[str](dict(counted))
    standing[SubscriptionStatus.CONFIRMED] = batch.subscriptions.count() - standing.total()
    return standing

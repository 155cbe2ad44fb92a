"""Provider events, and the reports that could not be processed, to look at."""

from collections import Counter
from typing import Any

from django.contrib import admin
from django.db.models import BooleanField, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from newsletter.admin.columns import column
from newsletter.admin.discreet import HIDDEN, is_masked, may_unmask, with_masks
from newsletter.admin.keyset import NEWEST_FIRST
from newsletter.admin.lists import ReadOnlyAdmin
from newsletter.admin.search_by_address import SearchedByAddress
from newsletter.core.without_addresses import without_addresses
from newsletter.models import ProviderEvent, ProviderReport
from newsletter.status_colours import PROVIDER_EVENT_COLOURS
from newsletter.transport.providers.registry import PROVIDERS
from newsletter.webhooks.store import MAILBOX

COUNTED = 200
"""Newest rows. Of each is asked whether it may be known, so counting more would take longer."""
SHOWN = 20_000
"""Bytes of what a provider sent."""


class ProviderFilter(admin.SimpleListFilter):
    """A filter by those providers that report to us.

    Django's own would look through all rows for those that are there.
    """

    title = "provider"
    parameter_name = "provider"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        reporting = [
            (each.key, each.capabilities.name) for each in PROVIDERS.values() if each.webhook
        ]
        return [*reporting, (MAILBOX, "Bounce mailbox")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ProviderEvent]
    ) -> QuerySet[ProviderEvent]:
        return queryset.filter(provider=self.value()) if self.value() else queryset


class ProblemFilter(admin.SimpleListFilter):
    """A filter by whether all of a report was understood."""

    title = "understood"
    parameter_name = "understood"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Not understood"), ("yes", "Understood")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ProviderEvent]
    ) -> QuerySet[ProviderEvent]:
        if self.value() in ("yes", "no"):
            return queryset.filter(Q(problem="") if self.value() == "yes" else ~Q(problem=""))
        return queryset


def as_it_came(raw: bytes | memoryview, *, without: bool = False) -> SafeString:
    """Return what a stranger may have sent, as escaped text.

    Args:
        without: leave out email addresses.
    """
    words = bytes(raw[:SHOWN]).decode("utf-8", "replace").replace("\x00", "\ufffd")
    if without:
        words = without_addresses(words)
    more = f"\n… {len(raw) - SHOWN:,} bytes more" if len(raw) > SHOWN else ""
    return format_html('<pre class="st-raw">{}{}</pre>', words, more)


class _FromProviders(ReadOnlyAdmin):
    """A list with a count of the newest rows above it."""

    list_before_template = "studio/_provider_counts.html"
    keyset = NEWEST_FIRST
    sortable_by = ()
    counted: tuple[str, ...] = ("provider", "kind", "problem")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        newest = self.get_queryset(request).order_by("-id").values_list(*self.counted)[:COUNTED]
        counts = [
            {"what": " · ".join(filter(None, what)), "number": number}
            for what, number in Counter(newest).most_common(30)
        ]
        return super().changelist_view(
            request, {"counts": counts, "counted": COUNTED, **(extra_context or {})}
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # The body is read only on the page that shows it.
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.defer("raw")


@admin.register(ProviderEvent)
class ProviderEventAdmin(SearchedByAddress, _FromProviders):
    """Events that providers reported, and how they were understood."""

    list_title = "Sending log"
    empty_text = "Reports of your email provider, such as deliveries and bounces, appear here."

    list_display = [
        "shown_kind",
        "provider",
        "bounce_class",
        "shown_detail",
        "about",
        "problem",
        "happened_at",
        "received_at",
    ]
    list_filter = [ProviderFilter, "kind", "bounce_class", ProblemFilter]
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["provider", "kind", "bounce_class", "shown_detail", "problem"]}),
        ("About", {"fields": ["delivery_id", "message_id", "provider_message_id", "digest"]}),
        ("Times", {"fields": ["happened_at", "received_at", "interpreted_at"]}),
        ("As received", {"fields": ["shown_raw"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return with_masks(rows, request)

    @column("Detail")
    def shown_detail(self, event: ProviderEvent) -> str:
        return without_addresses(event.detail) if is_masked(event) else event.detail

    @column("Event", colours=PROVIDER_EVENT_COLOURS)
    def shown_kind(self, event: ProviderEvent) -> str:
        return event.get_kind_display() or "Event"

    @column("About")
    def about(self, event: ProviderEvent) -> str:
        """Name the delivery or message of the event.

        The page of the delivery shows whether the event is about its own recipient.
        """
        if event.delivery_id is not None:
            return f"Campaign email {event.delivery_id}"
        if event.message_id is not None:
            return f"Transactional email {event.message_id}"
        return (
            "Found by the provider’s id and the address"
            if event.provider_message_id and event.digest
            else "Not one of ours"
        )

    @column("Body")
    def shown_raw(self, event: ProviderEvent) -> SafeString:
        return format_html("{}", HIDDEN) if is_masked(event) else as_it_came(event.raw)


@admin.register(ProviderReport)
class ProviderReportAdmin(_FromProviders):
    """Reports that wait to be processed, for seconds, and those that can't be."""

    list_title = "Sending log"
    empty_text = "Reports that we could not process appear here, until they are deleted."

    list_display = ["provider", "problem", "size", "received_at"]
    list_filter = [ProviderFilter, ProblemFilter]
    ordering = ["-id"]
    counted = ("provider", "problem")
    fieldsets = [
        (None, {"fields": ["provider", "problem", "received_at", "retry_at"]}),
        ("As received", {"fields": ["size", "headers", "shown_raw"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        # It could be about anybody.
        rows: QuerySet[Any] = super().get_queryset(request)
        masked: QuerySet[Any] = rows.annotate(
            is_masked=Value(not may_unmask(request), BooleanField())
        )
        return masked

    @column("Body")
    def shown_raw(self, report: ProviderReport) -> SafeString:
        return as_it_came(report.raw, without=is_masked(report))

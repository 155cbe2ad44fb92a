"""The ledger, to look at."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from campaigns.models import Delivery
from campaigns.states import DeliveryStatus
from newsletter.addresses import BadAddress, address_digest, parse_address
from newsletter.admin.columns import column
from newsletter.admin.lists import ReadOnlyAdmin

STATUS_COLOURS = {
    DeliveryStatus.PLANNED.label: "info",
    DeliveryStatus.CLAIMED.label: "info",
    DeliveryStatus.ACCEPTED.label: "success",
    DeliveryStatus.DELIVERED.label: "success",
    DeliveryStatus.BOUNCED.label: "danger",
    DeliveryStatus.FAILED.label: "danger",
    DeliveryStatus.UNCERTAIN.label: "warning",
}


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Rows of all campaigns. A campaign's own are on its report."""

    list_display = ["recipient", "campaign", "shown_status", "reason", "attempt", "settled_at"]
    list_filter = ["status"]
    list_select_related = ["subscriber", "campaign"]
    search_fields = ["subscriber__email"]
    search_help_text = "A whole address."
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["campaign", "subscriber", "language", "status", "reason", "attempt"]}),
        ("Way out", {"fields": ["mailer", "provider_message_id", "retry_at", "lease_until", "settled_at"]}),
        ("What came back", {"fields": ["delivered_at", "bounced_at", "bounce_class", "complained_at", "unsubscribed_at"]}),
    ]

    @column("Recipient")
    def recipient(self, delivery: Delivery) -> str:
        return delivery.subscriber.email if delivery.subscriber else "(erased)"

    @column("Status", colours=STATUS_COLOURS)
    def shown_status(self, delivery: Delivery) -> str:
        return delivery.get_status_display()

    def get_search_results(self, request: HttpRequest, queryset: QuerySet[Delivery], search_term: str) -> tuple[QuerySet[Delivery], bool]:
        if not search_term.strip():
            return queryset, False
        try:
            return queryset.filter(subscriber__digest=address_digest(parse_address(search_term))), False
        except BadAddress:
            return queryset.none(), False

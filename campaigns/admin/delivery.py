"""The ledger, to look at."""

from django.contrib import admin

from campaigns.models import Delivery
from campaigns.states import DeliveryStatus
from newsletter.admin.columns import column
from newsletter.admin.lists import ReadOnlyAdmin, SearchedByAddress

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
class DeliveryAdmin(SearchedByAddress, ReadOnlyAdmin):
    """Rows of all campaigns. A campaign's own are on its report."""

    list_display = ["recipient", "campaign", "shown_status", "reason", "attempt", "settled_at"]
    list_filter = ["status"]
    list_select_related = ["subscriber", "campaign"]
    search_fields = ["subscriber__digest"]
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

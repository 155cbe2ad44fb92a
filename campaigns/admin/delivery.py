"""Deliveries, to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from campaigns.models import Delivery
from campaigns.status_colours import DELIVERY_COLOURS
from campaigns.studio.masking import (
    ANOTHER_ADDRESS,
    may_see_subscribers,
    shown_address,
    shown_reason,
)
from newsletter.admin.columns import column
from newsletter.admin.discreet import is_masked, with_masks
from newsletter.admin.keyset import NEWEST_FIRST
from newsletter.admin.lists import ReadOnlyAdmin
from newsletter.admin.search_by_address import SearchedByAddress

_MASKED = {"recipient": "masked_recipient", "subscriber": "masked_recipient", "why": "masked_why"}
"""The columns that replace others for staff who may not see subscribers."""


@admin.register(Delivery)
class DeliveryAdmin(SearchedByAddress, ReadOnlyAdmin):
    """Deliveries of all campaigns. A campaign's own are among its recipients."""

    list_title = "Sending log"
    empty_text = "Each recipient of a campaign has a delivery here, once the campaign is sent."

    list_display = ["recipient", "campaign", "shown_status", "why", "attempt", "settled_at"]
    list_filter = ["status"]
    list_select_related = ["subscriber", "campaign__topic"]
    search_fields = ["subscriber__digest"]
    keyset = NEWEST_FIRST
    sortable_by = ()
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["campaign", "subscriber", "language", "status", "why", "attempt"]}),
        (
            "Sending",
            {"fields": ["mailer", "provider_message_id", "retry_at", "lease_until", "settled_at"]},
        ),
        (
            "Reported by the email provider",
            {
                "fields": [
                    "delivered_at",
                    "bounced_at",
                    "bounce_class",
                    "complained_at",
                    "unsubscribed_at",
                ]
            },
        ),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        return with_masks(super().get_queryset(request), request, digest="subscriber__digest")

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return (
            self.list_display
            if may_see_subscribers(request)
            else [_MASKED.get(name, name) for name in self.list_display]
        )

    def get_fieldsets(self, request: HttpRequest, obj: Delivery | None = None) -> Any:
        unmasked = may_see_subscribers(request) and not (obj is not None and is_masked(obj))
        return [
            (
                title,
                {
                    "fields": [
                        name if unmasked else _MASKED.get(name, name) for name in options["fields"]
                    ]
                },
            )
            for title, options in self.fieldsets
        ]

    def get_search_results[M: Model](
        self, request: HttpRequest, queryset: QuerySet[M], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        # A result would tell whether the address is among the recipients.
        return super().get_search_results(
            request, queryset, search_term if may_see_subscribers(request) else ""
        )

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return self.search_fields if may_see_subscribers(request) else []

    @column("Recipient")
    def recipient(self, delivery: Delivery) -> str:
        shown = shown_address(delivery.subscriber, unmasked=not is_masked(delivery))
        return f"{shown} ({ANOTHER_ADDRESS})" if delivery.sent_to else shown

    @column("Recipient")
    def masked_recipient(self, delivery: Delivery) -> str:
        return shown_address(delivery.subscriber, unmasked=False)

    @column("Reason")
    def why(self, delivery: Delivery) -> str:
        return shown_reason(delivery, unmasked=not is_masked(delivery))

    @column("Reason")
    def masked_why(self, delivery: Delivery) -> str:
        return shown_reason(delivery, unmasked=False)

    @column("Status", colours=DELIVERY_COLOURS)
    def shown_status(self, delivery: Delivery) -> str:
        return delivery.get_status_display()

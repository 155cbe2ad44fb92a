"""The ledger, to look at."""

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from campaigns.models import Delivery
from campaigns.states import DeliveryStatus
from campaigns.studio.people import address_shown, may_see_people, reason_shown
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

_MASKED = {"recipient": "masked_recipient", "subscriber": "masked_recipient", "why": "masked_why"}
"""What stands in place of a column for whoever may not see subscribers."""


@admin.register(Delivery)
class DeliveryAdmin(SearchedByAddress, ReadOnlyAdmin):
    """Rows of all campaigns. A campaign's own are on its report."""

    list_display = ["recipient", "campaign", "shown_status", "why", "attempt", "settled_at"]
    list_filter = ["status"]
    list_select_related = ["subscriber", "campaign"]
    search_fields = ["subscriber__digest"]
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["campaign", "subscriber", "language", "status", "why", "attempt"]}),
        (
            "Way out",
            {"fields": ["mailer", "provider_message_id", "retry_at", "lease_until", "settled_at"]},
        ),
        (
            "What came back",
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

    def get_list_display(self, request: HttpRequest) -> list[str]:
        return (
            self.list_display
            if may_see_people(request)
            else [_MASKED.get(name, name) for name in self.list_display]
        )

    def get_fieldsets(self, request: HttpRequest, obj: Delivery | None = None) -> Any:
        openly = may_see_people(request)
        return [
            (
                title,
                {
                    "fields": [
                        name if openly else _MASKED.get(name, name) for name in options["fields"]
                    ]
                },
            )
            for title, options in self.fieldsets
        ]

    def get_search_results[M: Model](
        self, request: HttpRequest, queryset: QuerySet[M], search_term: str
    ) -> tuple[QuerySet[M], bool]:
        # An answer would tell whether the address is among the recipients.
        return super().get_search_results(
            request, queryset, search_term if may_see_people(request) else ""
        )

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        # Django filters by whatever column an address names, and the hidden words of a mail server
        # hold addresses.
        is_offered = may_see_people(request) or lookup.partition("__")[0] in self.list_filter
        return is_offered and bool(super().lookup_allowed(lookup, value, request))

    def get_search_fields(self, request: HttpRequest) -> list[str]:
        return self.search_fields if may_see_people(request) else []

    @column("Recipient")
    def recipient(self, delivery: Delivery) -> str:
        return address_shown(delivery.subscriber, openly=True)

    @column("Recipient")
    def masked_recipient(self, delivery: Delivery) -> str:
        return address_shown(delivery.subscriber, openly=False)

    @column("Why")
    def why(self, delivery: Delivery) -> str:
        return reason_shown(delivery, openly=True)

    @column("Why")
    def masked_why(self, delivery: Delivery) -> str:
        return reason_shown(delivery, openly=False)

    @column("Status", colours=STATUS_COLOURS)
    def shown_status(self, delivery: Delivery) -> str:
        return delivery.get_status_display()

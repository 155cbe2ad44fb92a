"""The outbox of single messages, to look at."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from newsletter.addresses import BadAddress, address_digest, parse_address
from newsletter.admin.columns import column
from newsletter.admin.lists import ReadOnlyAdmin
from newsletter.models import TransactionalMessage
from newsletter.states import MessageStatus

STATUS_COLOURS = {
    MessageStatus.QUEUED.label: "info",
    MessageStatus.CLAIMED.label: "info",
    MessageStatus.ACCEPTED.label: "success",
    MessageStatus.FAILED.label: "danger",
    MessageStatus.UNCERTAIN.label: "warning",
}


@admin.register(TransactionalMessage)
class TransactionalMessageAdmin(ReadOnlyAdmin):
    """What was sent to whom, and what came of it. Bodies hold links that act for a person, so they are not shown."""

    list_display = ["kind", "to", "shown_status", "subject", "created_at", "settled_at"]
    list_filter = ["status", "kind"]
    search_fields = ["to"]
    search_help_text = "A whole address."
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["kind", "to", "to_name", "subject", "status", "reason", "attempt"]}),
        ("Way out", {"fields": ["mailer", "provider_message_id", "headers", "retry_at", "lease_until"]}),
        ("Times", {"fields": ["created_at", "settled_at", "forgotten_at"]}),
    ]

    @column("Status", colours=STATUS_COLOURS)
    def shown_status(self, message: TransactionalMessage) -> str:
        return message.get_status_display()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[TransactionalMessage], search_term: str
    ) -> tuple[QuerySet[TransactionalMessage], bool]:
        """By digest, which is indexed, and finds messages whose address was deleted too."""
        if not search_term.strip():
            return queryset, False
        try:
            return queryset.filter(digest=address_digest(parse_address(search_term))), False
        except BadAddress:
            return queryset.none(), False

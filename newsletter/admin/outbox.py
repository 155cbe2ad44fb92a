"""The outbox of single messages, to look at."""

from django.contrib import admin

from newsletter.admin.columns import column
from newsletter.admin.lists import ReadOnlyAdmin, SearchedByAddress
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
class TransactionalMessageAdmin(SearchedByAddress, ReadOnlyAdmin):
    """What was sent to whom, and what came of it. Bodies hold links that act for a person, so they are not shown."""

    list_display = ["kind", "to", "shown_status", "subject", "created_at", "settled_at"]
    list_filter = ["status", "kind"]
    ordering = ["-id"]
    fieldsets = [
        (None, {"fields": ["kind", "to", "to_name", "subject", "status", "reason", "attempt"]}),
        ("Way out", {"fields": ["mailer", "provider_message_id", "headers", "retry_at", "lease_until"]}),
        ("Times", {"fields": ["created_at", "settled_at", "forgotten_at"]}),
    ]

    @column("Status", colours=STATUS_COLOURS)
    def shown_status(self, message: TransactionalMessage) -> str:
        return message.get_status_display()

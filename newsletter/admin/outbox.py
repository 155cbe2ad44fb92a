"""Single messages, to look at, and to settle or repeat those that failed or are uncertain."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse

from newsletter.admin.columns import column
from newsletter.admin.discreet import is_masked, shown, with_masks
from newsletter.admin.keyset import NEWEST_FIRST
from newsletter.admin.lists import ReadOnlyAdmin
from newsletter.admin.search_by_address import SearchedByAddress
from newsletter.admin.sign_in_again_hook import asked_to_sign_in
from newsletter.core.without_addresses import without_addresses
from newsletter.models import TransactionalMessage
from newsletter.outbox.send_again import (
    RESOLUTIONS,
    MessageActionRefused,
    may_be_repeated,
    resolve_message,
    send_again,
)
from newsletter.states import MESSAGE_KINDS, MessageStatus
from newsletter.status_colours import MESSAGE_COLOURS
from newsletter.webhooks.process_reports import process_reports

HEARING = 5.0
"""Seconds for processing providers' reports before a message is sent again."""


class KindFilter(admin.SimpleListFilter):
    """A filter by the kind of message, in words for staff."""

    title = "type"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(MESSAGE_KINDS.items())

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[TransactionalMessage]
    ) -> QuerySet[TransactionalMessage]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(TransactionalMessage)
class TransactionalMessageAdmin(SearchedByAddress, ReadOnlyAdmin):
    """Messages to one person each, and their outcome.

    Bodies are not shown, because they hold links that act for a person.
    """

    list_title = "Sending log"
    empty_text = "Emails to one person, such as confirmations and welcomes, appear here."

    list_display = ["shown_kind", "shown_to", "shown_status", "subject", "created_at", "settled_at"]
    list_filter = ["status", KindFilter]
    keyset = NEWEST_FIRST
    sortable_by = ()
    ordering = ["-id"]
    change_form_outer_before_template = "studio/_resolve_message.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "shown_kind",
                    "shown_to",
                    "shown_name",
                    "subject",
                    "status",
                    "shown_reason",
                    "attempt",
                ]
            },
        ),
        (
            "Sending",
            {"fields": ["mailer", "provider_message_id", "headers", "retry_at", "lease_until"]},
        ),
        ("Reported by the email provider", {"fields": ["delivered_at", "bounced_at"]}),
        ("Times", {"fields": ["created_at", "settled_at", "sent_again_at", "forgotten_at"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[TransactionalMessage]:
        rows: QuerySet[TransactionalMessage] = super().get_queryset(request)
        return with_masks(rows, request, is_known="is_discreet")

    @column("Recipient")
    def shown_to(self, message: TransactionalMessage) -> str:
        return shown(message, message.to)

    @column("Name")
    def shown_name(self, message: TransactionalMessage) -> str:
        return "" if is_masked(message) else message.to_name

    @column("Reason")
    def shown_reason(self, message: TransactionalMessage) -> str:
        return without_addresses(message.reason) if is_masked(message) else message.reason

    @column("Type")
    def shown_kind(self, message: TransactionalMessage) -> str:
        return message.kind_label

    @column("Status", colours=MESSAGE_COLOURS)
    def shown_status(self, message: TransactionalMessage) -> str:
        return message.get_status_display()

    def may_resolve(self, request: HttpRequest) -> bool:
        """Return whether the person may settle or repeat messages: the permission to change."""
        return request.user.has_perm("newsletter.change_transactionalmessage")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        message = context.get("original")
        if message is not None and self.may_resolve(request):
            context["may_be_repeated"] = may_be_repeated(message)
            context["is_in_doubt"] = message.status == MessageStatus.UNCERTAIN
        return super().render_change_form(request, context, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        return [
            path(
                "<int:message_id>/resolve/",
                self.only_posted(self.resolve_view),
                name="newsletter_transactionalmessage_resolve",
            ),
            *urls,
        ]

    def resolve_view(self, request: HttpRequest, message_id: int) -> HttpResponse:
        """Send a message again, or mark it as accepted or failed. Only the first sends mail."""
        if not self.may_resolve(request):
            raise PermissionDenied
        message = get_object_or_404(self.get_queryset(request), pk=message_id)
        to = request.POST.get("to", "")
        if to == "again" and (asked := asked_to_sign_in(request)):
            return asked
        by = request.user.get_username()
        if to not in ("again", *RESOLUTIONS):
            messages.error(request, "Choose what happened to this email.")
            return redirect(
                reverse("admin:newsletter_transactionalmessage_change", args=[message.pk])
            )
        try:
            if to == "again":
                process_reports(seconds=HEARING)
                send_again(message.pk, by=by)
                messages.success(request, "This email will be sent again.")
            else:
                resolve_message(message.pk, to=MessageStatus(to), by=by)
                messages.success(request, f"Marked as {MessageStatus(to).label.lower()}.")
        except MessageActionRefused as error:
            messages.error(request, str(error))
        return redirect(reverse("admin:newsletter_transactionalmessage_change", args=[message.pk]))

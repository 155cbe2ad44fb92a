"""Subscribers: find a person, see what they agreed to, and do what they ask for."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from newsletter.admin.discreet import (
    is_masked,
    may_unmask,
    with_masks,
    without_discreet,
)
from newsletter.admin.keyset import NEWEST_FIRST
from newsletter.admin.visibility import note_view
from newsletter.core.numbers import whole_number
from staff.sign_in.recent_sign_in import sign_in_again, signed_in_recently
from subscribers.admin.person_sections import person_sections
from subscribers.admin.subscriber_columns import SubscriberColumns, mask_person
from subscribers.admin.subscriber_export import SubscriberExport
from subscribers.admin.subscriber_fields import (
    CustomFieldsForm,
    SubscriberCustomFields,
    own_changes,
)
from subscribers.admin.subscriber_filters import SubscriberFilters
from subscribers.admin.subscriber_institutions import InstitutionFilter, SubscriberInstitutions
from subscribers.admin.subscriber_labels import LabelFilter, SubscriberLabels
from subscribers.admin.subscriber_merge import SubscriberMerge
from subscribers.admin.subscriber_notes import SubscriberNotes
from subscribers.admin.subscriber_search import StatusFilter, TopicFilter, search
from subscribers.consent.end_memberships import CannotEnd, set_member_until
from subscribers.consent.unsubscribe import unsubscribe_all
from subscribers.countries import refresh_bodies
from subscribers.models import Subscriber
from subscribers.need_to_know.hidden import visible_consent_records, visible_subscriptions
from subscribers.need_to_know.view_log import topic_of_hidden
from subscribers.people.details import change_details
from subscribers.people.erase import erase
from subscribers.states import (
    SUBSCRIPTION_TRANSITIONS,
    ConsentMethod,
    SubscriptionStatus,
    SuppressionReason,
)
from subscribers.suppression.registry import is_blocked_by_staff, suppress

RECORDS_AT_MOST = 100
_NOT_YET_LEFT = SUBSCRIPTION_TRANSITIONS[SubscriptionStatus.UNSUBSCRIBED]


@admin.register(Subscriber)
class SubscriberAdmin(
    SubscriberColumns,
    SubscriberLabels,
    SubscriberNotes,
    SubscriberMerge,
    SubscriberInstitutions,
    SubscriberFilters,
    SubscriberExport,
    SubscriberCustomFields,
):
    """Subscribers, who subscribe themselves or come from an import.

    Staff add nobody here, because a subscription needs the person's own consent.
    """

    empty_text = "Nobody has subscribed yet."

    list_display = ["email", "full_name", "shown_country", "shown_language", "topics", "created_at"]
    list_filter = [StatusFilter, TopicFilter, "country", InstitutionFilter, LabelFilter]
    search_fields = ["email"]
    search_help_text = "Email address, name or institution"
    keyset = NEWEST_FIRST
    sortable_by = ["email"]
    ordering = ["-id"]
    form = CustomFieldsForm
    list_before_template = "studio/_about_subscribers.html"
    list_after_template = "studio/_below_subscribers.html"
    change_form_outer_after_template = "studio/_subscriber_records.html"
    readonly_fields = ["address", "created_at", "updated_at", "standing"]
    fieldsets = [
        (None, {"fields": ["address", "standing", "full_name", "given_name", "institution"]}),
        ("Greeting", {"fields": ["greeting", "salutation"]}),
        ("Language and place", {"fields": ["language", "country", "time_zone"]}),
        ("Dates (UTC)", {"fields": ["created_at", "updated_at"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Subscriber]:
        refresh_bodies()  # for the menus of the list and the form
        rows: QuerySet[Subscriber] = super().get_queryset(request)
        known = visible_subscriptions(request.user).select_related("topic")
        return with_masks(rows.prefetch_related(Prefetch("subscriptions", known)), request)

    def get_list_display(self, request: HttpRequest) -> list[str]:
        shown = self.list_display
        if not may_unmask(request):
            shown = [{"email": "address", "full_name": "name"}.get(n, n) for n in shown]
        return ["choose", *shown] if self.may_label(request) else shown

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> list[str]:
        return [next(name for name in list_display if name != "choose")]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Subscriber | None:
        found: Subscriber | None = super().get_object(request, object_id, from_field)
        if found is not None and is_masked(found):
            mask_person(found)
        return found

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Subscriber], search_term: str
    ) -> tuple[QuerySet[Subscriber], bool]:
        if search_term.strip():
            queryset = without_discreet(queryset, request)
        return search(queryset.filter(merged_into=None), search_term), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Subscriber | None = None) -> bool:
        # Erasing is another action: it remembers that this address must not receive email.
        return False

    def save_model(
        self, request: HttpRequest, obj: Subscriber, form: CustomFieldsForm, change: bool
    ) -> None:
        change_details(obj.pk, **{name: str(form.cleaned_data[name]) for name in own_changes(form)})
        self.save_custom_values(obj, form)

    def audit_label(self, obj: Subscriber) -> str:
        return f"Subscriber {obj.pk}"

    def audit_topic(self, obj: Subscriber) -> int | None:
        return topic_of_hidden(obj.digest)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        number = whole_number(object_id) or 0
        if (elsewhere := self.page_of_kept(request, number)) is not None:
            return elsewhere
        found = self.get_queryset(request).filter(pk=number).first()
        digest = found.digest if found else ""
        merged = list(found.merged_records.order_by("pk")) if found else []
        records = (
            visible_consent_records(request.user)
            .filter(digest__in=[digest, *(each.digest for each in merged)])
            .select_related("topic", "wording")
            .order_by("-id")[:RECORDS_AT_MOST]
        )
        subscriptions = (
            visible_subscriptions(request.user)
            .filter(subscriber=number)
            .select_related("topic", "import_batch")
            .order_by("topic__position")
        )
        context = {
            "consent_records": records,
            "merged_records": merged,
            "subscriptions": subscriptions,
            **self.labels_for(request, number),
            "person_sections": person_sections(request, found) if found else [],
            **self.notes_for(request, number, digest),
            **self.custom_values_for(request, number),
            "has_terms": any(row.topic.is_restricted or row.member_until for row in subscriptions),
            **(extra_context or {}),
        }
        page: HttpResponse = super().change_view(request, object_id, form_url, context)
        return page

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        return [
            *self.label_urls(),
            path(
                "<int:subscriber_id>/leave/",
                self.only_posted(self.leave_view),
                name="subscribers_subscriber_leave",
            ),
            path(
                "<int:subscriber_id>/member-until/",
                self.only_posted(self.member_until_view),
                name="subscribers_subscriber_member_until",
            ),
            path(
                "<int:subscriber_id>/suppress/",
                self.only_posted(self.suppress_view),
                name="subscribers_subscriber_suppress",
            ),
            path(
                "<int:subscriber_id>/erase/",
                self.admin_site.admin_view(
                    require_http_methods(["GET", "HEAD", "POST"])(self.erase_view)
                ),
                name="subscribers_subscriber_erase",
            ),
            *urls,
        ]

    def leave_view(self, request: HttpRequest, subscriber_id: int) -> HttpResponse:
        """Unsubscribe somebody from all topics, as they asked."""
        subscriber = self.asked_for(request, subscriber_id)
        # Not the action's answer, which may be about a topic that this person may not know of.
        followed = [each for each in subscriber.subscriptions.all() if each.status in _NOT_YET_LEFT]
        unsubscribe_all(
            subscriber.pk, method=ConsentMethod.STAFF, staff=request.user.get_username()
        )
        if followed:
            messages.success(
                request, "Unsubscribed from all topics. This person will receive no campaigns."
            )
        else:
            nothing = "This person was not subscribed to any topic. They will receive no campaigns."
            messages.info(request, nothing)
        return self.back(subscriber)

    def member_until_view(self, request: HttpRequest, subscriber_id: int) -> HttpResponse:
        """Set the last day of a membership of a need-to-know topic."""
        subscriber = self.asked_for(request, subscriber_id)
        known = visible_subscriptions(request.user).filter(subscriber=subscriber)
        number = whole_number(request.POST.get("subscription", "")) or 0
        typed = forms.DateField(required=False)
        try:
            day = typed.clean(request.POST.get("day", "").strip())
            changed = set_member_until(get_object_or_404(known, pk=number), day=day)
        except (ValidationError, CannotEnd) as error:
            problem = str(error) if isinstance(error, CannotEnd) else "Enter a date."
            messages.error(request, f"Nothing was saved. {problem}")
            return self.back(subscriber)
        if changed:
            messages.success(
                request,
                f"Saved. The membership ends after {day:%-d %B %Y}."
                if day
                else "Saved. The membership has no end.",
            )
        else:
            messages.info(request, "Nothing was changed: this was its last day already.")
        return self.back(subscriber)

    def suppress_view(self, request: HttpRequest, subscriber_id: int) -> HttpResponse:
        """Block all email to an address, single messages included."""
        subscriber = self.asked_for(request, subscriber_id)
        if is_blocked_by_staff(subscriber.digest):
            messages.info(request, "This address was already blocked. Your reason was not saved.")
            return self.back(subscriber)
        note = request.POST.get("note", "")
        suppress(
            subscriber.digest,
            reason=SuppressionReason.STAFF,
            note=f"{request.user.get_username()}: {note}",
        )
        messages.success(request, "Blocked. This address will receive no email.")
        return self.back(subscriber)

    def erase_view(self, request: HttpRequest, subscriber_id: int) -> HttpResponse:
        """Ask for confirmation, then erase."""
        if not request.user.has_perm("subscribers.delete_subscriber"):
            raise PermissionDenied
        if not signed_in_recently(request):
            return sign_in_again(request)
        rows = self.get_queryset(request).filter(merged_into=None)
        subscriber = rows.filter(pk=subscriber_id).first()
        if request.method != "POST":
            if subscriber is None:
                raise Http404
            note_view(subscriber, request.user)
            context = {
                **self.admin_site.each_context(request),
                "title": "Erase subscriber",
                "opts": self.opts,
                "subscriber": subscriber,
            }
            return TemplateResponse(request, "studio/erase_subscriber.html", context)
        if (
            subscriber is not None
            and erase(subscriber.pk, staff=request.user.get_username()).subscriber
        ):
            messages.success(
                request,
                "Erased. We keep only a code computed from the address, so that it gets no "
                "campaigns.",
            )
        else:
            messages.info(request, "Nothing was changed: this subscriber was already erased.")
        return redirect(reverse("admin:subscribers_subscriber_changelist"))

"""Suppressions: addresses that must not receive email."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods
from unfold.widgets import UnfoldAdminTextInputWidget

from newsletter.admin.columns import column
from newsletter.admin.discreet import shown, with_masks
from newsletter.admin.keyset import NEWEST_FIRST
from newsletter.admin.lists import StaffAdmin
from newsletter.admin.search_by_address import SearchedByAddress
from newsletter.admin.visibility import note_view
from newsletter.core.addresses import BadAddress, address_digest, parse_address
from subscribers.models import Suppression
from subscribers.need_to_know.hidden import visible_subscribers
from subscribers.states import SuppressionReason
from subscribers.status_colours import SUPPRESSION_COLOURS
from subscribers.suppression.registry import (
    OnlyByOptIn,
    is_blocked_by_staff,
    lift_one,
    suppress,
)

NOT_FOR_STAFF = (
    "Nothing was changed. This person opted out themselves, and only they can opt in again, by "
    "subscribing and confirming."
)


class SuppressForm(forms.ModelForm):  # type: ignore[type-arg] # generic for the type checker alone
    """An address and a reason. Only the digest of the address is kept."""

    address = forms.CharField(
        max_length=320,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        label="Email address",
        error_messages={"required": "Enter an email address."},
        help_text="This address will get no more email. We keep only a code computed from it.",
    )

    class Meta:
        model = Suppression
        fields = ["address", "note"]

    def clean_address(self) -> str:
        """Return the normalised address.

        A block that stands stays as it is, so another reason would be lost.
        """
        try:
            address = parse_address(self.cleaned_data["address"])
        except BadAddress as error:
            raise forms.ValidationError(str(error)) from error
        if is_blocked_by_staff(address_digest(address)):
            raise forms.ValidationError("Staff have already blocked this address.")
        return address


class LiftForm(forms.Form):
    """The reason for lifting a suppression."""

    note = forms.CharField(
        max_length=300,
        label="Reason for removing it",
        error_messages={"required": "Enter a reason."},
        widget=forms.TextInput({"class": "st-input"}),
    )


class StandingFilter(admin.SimpleListFilter):
    """A filter by whether a suppression is active."""

    title = "status"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Active"), ("no", "Removed")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Suppression]
    ) -> QuerySet[Suppression]:
        if self.value() in ("yes", "no"):
            return queryset.filter(lifted_at__isnull=self.value() == "yes")
        return queryset


@admin.register(Suppression)
class SuppressionAdmin(SearchedByAddress, StaffAdmin):
    """Suppressions, which are added and lifted, never changed or deleted."""

    empty_text = (
        "Addresses that must not get campaigns, or any email, appear here. They come from bounces, "
        "spam reports and people who opt out."
    )
    add_label = "Add suppression"
    list_before_template = "studio/_about_suppressions.html"

    list_display = ["shown_address", "reason", "scope", "created_at", "state"]
    list_filter = [StandingFilter, "reason"]
    keyset = NEWEST_FIRST
    sortable_by = ()
    ordering = ["-id"]
    is_recorded_by_actions = True
    form = SuppressForm
    change_form_outer_after_template = "studio/_lift_suppression.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "shown_address",
                    "digest",
                    "reason",
                    "scope",
                    "note",
                    "created_at",
                    "lifted_at",
                    "lifted_by",
                    "lift_note",
                ]
            },
        )
    ]
    add_fieldsets = [(None, {"fields": ["address", "note"]})]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Suppression]:
        rows: QuerySet[Suppression] = super().get_queryset(request)
        known = visible_subscribers(request.user).filter(digest=OuterRef("digest"))
        rows = rows.annotate(known_address=Subquery(known.values("email")[:1]))
        return with_masks(rows, request)

    @column("Email address")
    def shown_address(self, suppression: Suppression) -> str:
        known: str | None = getattr(suppression, "known_address", None)
        return shown(suppression, known or "") or f"No longer kept ({suppression.digest[:12]}…)"

    @column("Status", colours=SUPPRESSION_COLOURS)
    def state(self, suppression: Suppression) -> str:
        return "Removed" if suppression.lifted_at else "Active"

    def has_change_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Suppression | None = None) -> bool:
        return False

    def may_lift(self, request: HttpRequest) -> bool:
        """Return whether the person may lift suppressions: the permission to change."""
        return request.user.has_perm("subscribers.change_suppression")

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Suppression:
        digest = address_digest(form.cleaned_data["address"])
        return suppress(digest, reason=SuppressionReason.STAFF, note=form.cleaned_data["note"])

    def save_model(self, request: HttpRequest, obj: Suppression, form: Any, change: bool) -> None:
        """Do nothing, because the action has saved it."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing, as there are no related rows."""

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        view = require_http_methods(["GET", "HEAD", "POST"])(self.lift_view)
        return [
            path(
                "<int:suppression_id>/lift/",
                self.admin_site.admin_view(view),
                name="subscribers_suppression_lift",
            ),
            *urls,
        ]

    def lift_view(self, request: HttpRequest, suppression_id: int) -> HttpResponse:
        """Lift a suppression, with a reason."""
        if not self.may_lift(request):
            raise PermissionDenied
        suppression = get_object_or_404(self.get_queryset(request), pk=suppression_id)
        if not suppression.is_for_staff_to_lift:
            messages.error(request, NOT_FOR_STAFF)
            return redirect(reverse("admin:subscribers_suppression_change", args=[suppression.pk]))
        form = LiftForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            self._lift(request, suppression, note=form.cleaned_data["note"])
            return redirect(reverse("admin:subscribers_suppression_change", args=[suppression.pk]))
        context = {
            **self.admin_site.each_context(request),
            "title": "Remove suppression",
            "opts": self.opts,
            "suppression": suppression,
            "address": self.shown_address(suppression),
            "form": form,
        }
        note_view(suppression, request.user)
        return TemplateResponse(
            request, "studio/lift_suppression.html", context, status=422 if form.errors else 200
        )

    def _lift(self, request: HttpRequest, suppression: Suppression, *, note: str) -> None:
        try:
            done = lift_one(suppression.pk, by=request.user.get_username(), note=note)
        except OnlyByOptIn:
            messages.error(request, NOT_FOR_STAFF)
            return
        if done:
            messages.success(request, "Suppression removed.")
        else:
            messages.warning(request, "Nothing was changed: this suppression was already removed.")

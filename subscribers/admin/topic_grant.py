"""Grants of need-to-know topics: who of the staff may see which, and until when."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from newsletter.admin.columns import column
from newsletter.admin.lists import StaffAdmin
from subscribers.models import Topic, TopicGrant
from subscribers.need_to_know.grants import BadGrant, grant, revoke
from subscribers.status_colours import GRANT_COLOURS


class AccountField(forms.ModelChoiceField):  # type: ignore[type-arg] # generic for the type checker alone
    """A menu of accounts with the names of their owners."""

    def label_from_instance(self, obj: User) -> str:
        name = obj.get_full_name()
        return f"{name} ({obj.get_username()})" if name else obj.get_username()


class GrantForm(forms.ModelForm):  # type: ignore[type-arg] # generic for the type checker alone
    """An account, the topic's URL name, and a last day.

    The topic is typed, not chosen: an administrator grants topics that they don't see themselves.
    """

    account = AccountField(
        User.objects.filter(is_active=True, is_staff=True).order_by("username"),
        widget=UnfoldAdminSelectWidget,
        label="Staff account",
        empty_label="Select an account",
        error_messages={"required": "Select an account."},
    )
    topic_name = forms.CharField(
        max_length=60,
        widget=UnfoldAdminTextInputWidget({"autocomplete": "off"}),
        label="URL name of the topic",
        error_messages={"required": "Enter the URL name of the topic."},
        help_text="Somebody who sees the topic finds it on the topic’s page. You may not see it "
        "yourself.",
    )
    last_day = forms.DateField(
        widget=UnfoldAdminTextInputWidget({"type": "date"}),
        label="Last day",
        error_messages={"required": "Enter the last day.", "invalid": "Enter a date."},
        help_text="The account sees the topic until this day ends (UTC). Choose a day within a "
        "year; after it you can grant the topic again.",
    )

    class Meta:
        model = TopicGrant
        fields = ["account"]

    def clean(self) -> dict[str, Any]:
        """Try the action and roll it back, so that its error is shown here."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        topic = Topic.objects.filter(slug=cleaned["topic_name"].strip(), is_restricted=True).first()
        if topic is None:
            self.add_error("topic_name", "No need-to-know topic has this URL name.")
            return cleaned
        last_day = min(cleaned["last_day"], date.max - timedelta(days=1))
        day = datetime.combine(last_day, time.min, UTC) + timedelta(days=1)
        cleaned |= {"topic": topic, "until": day}
        with transaction.atomic():
            try:
                grant(topic, cleaned["account"], until=day, by="")
            except BadGrant as error:
                self.add_error("last_day", str(error))
            transaction.set_rollback(True)
        return cleaned

    def _post_clean(self) -> None:
        """Skip Django's checks of the row, which the action makes."""


@admin.register(TopicGrant)
class TopicGrantAdmin(StaffAdmin):
    """Grants, which are given and revoked, never changed or deleted.

    Those of topics that the person isn't granted themselves are not shown.
    """

    is_recorded_by_actions = True
    list_title = "Need-to-know"
    list_before_template = "studio/_about_grants.html"
    empty_text = "There is no grant of a topic that you are granted yourself."
    add_label = "Grant a topic"
    search_help_text = "Username"

    form = GrantForm
    list_display = ["account", "topic", "shown_state", "until", "granted_by", "created_at"]
    list_select_related = ["account", "topic"]
    search_fields = ["account__username"]
    ordering = ["-id"]
    change_form_outer_after_template = "studio/_revoke_grant.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "account",
                    "topic",
                    "shown_state",
                    "until",
                    "granted_by",
                    "created_at",
                    "revoked_at",
                ]
            },
        )
    ]
    add_fieldsets = [(None, {"fields": ["account", "topic_name", "last_day"]})]

    @column("Status", colours=GRANT_COLOURS)
    def shown_state(self, given: TopicGrant) -> str:
        if given.revoked_at:
            return "Revoked"
        return "Ended" if given.until <= timezone.now() else "Active"

    def has_change_permission(self, request: HttpRequest, obj: TopicGrant | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TopicGrant | None = None) -> bool:
        return False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *given: Any, **options: Any
    ) -> HttpResponse:
        if granted := context.get("original"):
            context["subtitle"] = f"{granted.topic} for {granted.account}"
        page: HttpResponse = super().render_change_form(request, context, *given, **options)
        return page

    def get_fieldsets(self, request: HttpRequest, obj: TopicGrant | None = None) -> Any:
        return self.fieldsets if obj else self.add_fieldsets

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> TopicGrant:
        typed = form.cleaned_data
        by = request.user.get_username()
        return grant(typed["topic"], typed["account"], until=typed["until"], by=by)

    def save_model(self, request: HttpRequest, obj: TopicGrant, form: Any, change: bool) -> None:
        """Do nothing, because the action has saved it."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing, as there are no related rows."""

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        return [
            path(
                "<int:topicgrant_id>/revoke/",
                self.only_posted(self.revoke_view),
                name="subscribers_topicgrant_revoke",
            ),
            *urls,
        ]

    def revoke_view(self, request: HttpRequest, topicgrant_id: int) -> HttpResponse:
        """End a grant at once."""
        if not request.user.has_perm("subscribers.change_topicgrant"):
            raise PermissionDenied
        given = get_object_or_404(self.get_queryset(request), pk=topicgrant_id)
        if revoke(given.pk):
            messages.success(request, "Revoked. This account doesn’t see the topic any more.")
        else:
            messages.info(request, "Nothing was changed: this grant had ended already.")
        # Whoever has revoked their own no longer sees its page.
        return redirect(reverse("admin:subscribers_topicgrant_changelist"))

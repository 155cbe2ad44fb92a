"""Grants of need-to-know topics: who of the staff may see which, and until when."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from newsletter.admin.columns import column
from newsletter.admin.lists import StaffAdmin
from staff.accounts.names import called
from staff.sign_in.recent_sign_in import sign_in_again, signed_in_recently
from subscribers.admin.topic_grant_form import GrantForm, grantable_topics
from subscribers.models import TopicGrant
from subscribers.need_to_know.grants import LastGrant, grant, is_last, revoke
from subscribers.status_colours import GRANT_COLOURS


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
    search_help_text = "Name or username"

    form = GrantForm
    list_display = ["holder", "topic", "state", "shown_last_day", "granted_by", "created_at"]
    list_select_related = ["account", "topic"]
    search_fields = ["account__username", "account__first_name", "account__last_name"]
    ordering = ["-id"]
    readonly_fields = ["holder", "state", "shown_last_day"]
    change_form_outer_after_template = "studio/_revoke_grant.html"
    fieldsets = [
        (
            None,
            {
                "fields": [
                    "holder",
                    "topic",
                    "state",
                    "shown_last_day",
                    "granted_by",
                    "created_at",
                    "revoked_at",
                ]
            },
        )
    ]

    @column("Staff account", ordering="account__username")
    def holder(self, given: TopicGrant) -> str:
        return called(given.account)

    @column("Status", colours=GRANT_COLOURS)
    def state(self, given: TopicGrant) -> str:
        if given.revoked_at:
            return "Replaced" if given.is_replaced else "Revoked"
        return "Active" if given.stands(timezone.now()) else "Ended"

    @column("Last day (UTC)", ordering="until")
    def shown_last_day(self, given: TopicGrant) -> str:
        return f"{given.last_day:%-d %b %Y}"

    def has_change_permission(self, request: HttpRequest, obj: TopicGrant | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: TopicGrant | None = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, *given: Any, **options: Any) -> HttpResponse:
        """Ask who is there before somebody, perhaps oneself, is let see what is hidden."""
        if self.has_add_permission(request) and not signed_in_recently(request):
            return sign_in_again(request)
        return super().add_view(request, *given, **options)

    def get_fieldsets(self, request: HttpRequest, obj: TopicGrant | None = None) -> Any:
        if obj:
            return self.fieldsets
        topic = ["topic"] if grantable_topics(request.user).exists() else []
        return [(None, {"fields": ["account", *topic, "topic_name", "last_day"]})]

    def get_form(self, request: HttpRequest, *given: Any, **options: Any) -> Any:
        form = super().get_form(request, *given, **options)
        form.asked_by = request.user
        return form

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        given: TopicGrant | None = kwargs.get("obj")
        if given is not None:
            stands = given.stands(timezone.now())
            verb = "is" if stands else "was"
            context |= {
                "subtitle": f"{given.topic} {verb} granted to {called(given.account)}",
                "may_revoke": stands and request.user.has_perm("subscribers.change_topicgrant"),
                "is_last_grant": stands and is_last(given),
            }
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

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
        try:
            revoked = revoke(given.pk, though_last="though_last" in request.POST)
        except LastGrant:
            messages.error(
                request,
                "Not revoked. This is the last grant of the topic: nobody would see it any more. "
                "To revoke it all the same, tick the box beside the button.",
            )
            return redirect(reverse("admin:subscribers_topicgrant_change", args=[given.pk]))
        if revoked:
            messages.success(request, "Revoked. This account doesn’t see the topic any more.")
        else:
            messages.info(request, "Nothing was changed: this grant had ended already.")
        # Whoever has revoked their own no longer sees its page.
        return redirect(reverse("admin:subscribers_topicgrant_changelist"))

"""The list of campaigns; everything else is in the studio."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern

from campaigns.models import Campaign
from campaigns.models.retraction import retraction_of
from campaigns.states import CampaignStatus
from campaigns.status_colours import CAMPAIGN_COLOURS
from campaigns.studio.decorators import COMPOSE, studio_url
from campaigns.studio.pages.create import create
from campaigns.studio.urls import studio_urls
from newsletter.admin.columns import column
from newsletter.admin.lists import StaffAdmin
from newsletter.core.numbers import whole_number
from subscribers.need_to_know.hidden import visible_topics

SENT_IN_ERROR = "Sent in error"
PAGE_OF_STATUS = {
    CampaignStatus.DRAFT: "content",
    CampaignStatus.IN_REVIEW: "review",
    CampaignStatus.APPROVED: "launch",
    CampaignStatus.SCHEDULED: "progress",
    CampaignStatus.SENDING: "progress",
    CampaignStatus.PAUSED: "progress",
    CampaignStatus.SENT: "report",
    CampaignStatus.CANCELLED: "progress",
}
"""The page that a click on a campaign opens: the one for the next thing to do."""


class VisibleTopicFilter(admin.SimpleListFilter):
    """A filter by those topics that the person may know of."""

    title = "topic"
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(visible_topics(request.user).values_list("slug", "name"))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Campaign]) -> QuerySet[Campaign]:
        return queryset.filter(topic__slug=self.value()) if self.value() else queryset


@admin.register(Campaign)
class CampaignAdmin(StaffAdmin):
    """Campaigns, whose rows open the studio.

    Campaigns aren't deleted, because their deliveries are evidence. Drafts can be cancelled.
    """

    empty_text = "Campaigns are emails to the subscribers of a topic. There are none yet."
    add_label = "Create campaign"
    search_help_text = "Name of a campaign"

    list_display = ["name", "shown_status", "topic", "event", "recipients", "updated_at"]
    list_filter = ["status", VisibleTopicFilter]
    list_select_related = ["topic", "event", "retraction"]
    search_fields = ["name"]
    ordering = ["-id"]

    @column("Status", colours={**CAMPAIGN_COLOURS, SENT_IN_ERROR: "bad"}, ordering="status")
    def shown_status(self, campaign: Campaign) -> str:
        return SENT_IN_ERROR if retraction_of(campaign) else campaign.get_status_display()

    @column("Recipients")
    def recipients(self, campaign: Campaign) -> str:
        return f"{campaign.candidates:,}" if campaign.launched_at else "–"

    def has_delete_permission(self, request: HttpRequest, obj: Campaign | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        return [*studio_urls(self.admin_site.admin_view), *urls]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return create(request)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if not self.has_view_permission(request):
            page: HttpResponse = super().change_view(
                request, object_id, form_url, extra_context
            )  # refuses
            return page
        campaign = get_object_or_404(self.get_queryset(request), pk=whole_number(object_id) or 0)
        name = PAGE_OF_STATUS[CampaignStatus(campaign.status)]
        if name == "content" and not request.user.has_perm(COMPOSE):
            name = "review"
        if name == "content":
            return redirect(studio_url("content", campaign, campaign.language))
        return redirect(studio_url(name, campaign))

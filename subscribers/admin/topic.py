"""Staff pages of topics, which people can follow."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from newsletter.admin.lists import StaffAdmin
from subscribers.models import Topic

NOT_YET = (
    "Staff can’t accept or decline requests in this version. "
    "A moderated topic is therefore not offered for subscription; an import can add people to it."
)


@admin.register(Topic)
class TopicAdmin(StaffAdmin):
    """The list and form of topics. A topic's slug makes its List-Id, so it is chosen once."""

    list_display = ["name", "slug", "is_public", "is_moderated", "position"]
    search_fields = ["name", "slug"]
    actions = None
    fieldsets = [
        (None, {"fields": ["name", "slug", "description", "is_public"]}),
        ("Moderation", {"fields": ["is_moderated"], "description": NOT_YET}),
        ("Order", {"fields": ["position"]}),
    ]
    prepopulated_fields = {"slug": ["name"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> list[str]:
        return ["slug"] if obj else []

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Topic | None = None
    ) -> dict[str, Any]:
        return {} if obj else dict(self.prepopulated_fields)

    def has_delete_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        # Consent records name it for ever. A topic that is no longer used is taken off the sign-up
        # page instead.
        return False

"""Topics: the mailing lists that people subscribe to."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.http import HttpRequest

from newsletter.admin.form import StaffForm
from newsletter.admin.help_texts import help_text_of
from newsletter.admin.lists import StaffAdmin
from subscribers.admin.topic_texts import TopicTextsField, TopicTextsWidget
from subscribers.consent.offered_topics import save_topic
from subscribers.models import Topic
from subscribers.models.topic import RESTRICTED_AND_PUBLIC


class TopicForm(StaffForm):
    """A topic's form, which marks the box where the database's rule would mark none."""

    texts = TopicTextsField(label="Other languages", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("texts")
        if field is not None and isinstance(field.widget, TopicTextsWidget):
            field.help_text = help_text_of(Topic, "texts")
            field.widget.topic = self.instance

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("is_restricted") and cleaned.get("is_public"):
            self.add_error("is_restricted", RESTRICTED_AND_PUBLIC)
        return cleaned


@admin.register(Topic)
class TopicAdmin(StaffAdmin):
    """Topics, whose slug is chosen once because it is part of the List-Id."""

    form = TopicForm
    empty_text = "Topics are the mailing lists that people subscribe to. There are none yet."
    add_label = "Create topic"
    search_help_text = "Name of a topic"

    list_display = ["name", "slug", "is_public", "is_restricted", "is_moderated", "position"]
    search_fields = ["name", "slug"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "description", "consent", "is_public"]}),
        ("Other languages", {"fields": ["texts"]}),
        ("Need-to-know", {"fields": ["is_restricted"]}),
        ("Moderation", {"fields": ["is_moderated"]}),
        ("Order", {"fields": ["position"]}),
    ]
    prepopulated_fields = {"slug": ["name"]}

    def get_readonly_fields(self, request: HttpRequest, obj: Topic | None = None) -> list[str]:
        return ["slug"] if obj else []

    def get_prepopulated_fields(
        self, request: HttpRequest, obj: Topic | None = None
    ) -> dict[str, Any]:
        return {} if obj else dict(self.prepopulated_fields)

    def audit_topic(self, obj: Topic) -> int:
        return obj.pk

    def save_model(self, request: HttpRequest, obj: Topic, form: Any, change: bool) -> None:
        account = request.user if isinstance(request.user, User) else None
        typed = obj.slug
        for consequence in save_topic(obj, by=account):
            messages.warning(request, consequence)
        if obj.slug != typed:
            messages.info(
                request,
                f"This topic’s URL name is {obj.slug}. An administrator needs it to grant the "
                f"topic to somebody.",
            )

    def has_delete_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        # Consent records refer to it for ever. An old topic is taken off the sign-up page instead.
        return False

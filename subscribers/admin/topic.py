"""Topics: the mailing lists that people subscribe to."""

from typing import Any

from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from newsletter.admin.columns import column
from newsletter.admin.form import StaffForm
from newsletter.admin.help_texts import help_text_of
from newsletter.admin.lists import StaffAdmin
from newsletter.admin.visibility import note_view
from subscribers.admin.invitation_form import InvitationForm
from subscribers.admin.local_texts import LocalTextsField
from subscribers.consent.offered_topics import save_topic
from subscribers.invitations.invite import invite
from subscribers.models import Topic
from subscribers.models.topic import RESTRICTED_AND_PUBLIC, TOPIC_TEXTS, UNLISTED_AND_SHOWN
from subscribers.sending_limits import LIMITS, in_words, looser_than_providers

INVITE = "subscribers.add_topicinvitation"


class TopicForm(StaffForm):
    """A topic's form, which marks the box where the database's rule would mark none."""

    texts = LocalTextsField(TOPIC_TEXTS, label="Other languages", required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("texts")
        if isinstance(field, LocalTextsField):
            field.help_text = help_text_of(Topic, "texts")
            own = {name: getattr(self.instance, name) for name in TOPIC_TEXTS}
            field.show(own, kept=self.instance.texts)
        # A page from before there was this field keeps what the topic has.
        if access := self.fields.get("archive_access"):
            access.required = False
        for name in LIMITS.keys() & self.fields.keys():
            self.fields[name].help_text += f" Leave it empty for {in_words(LIMITS[name].default)}."

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("is_restricted") and cleaned.get("is_public"):
            self.add_error("is_restricted", RESTRICTED_AND_PUBLIC)
        elif cleaned.get("is_unlisted") and (
            cleaned.get("is_public") or cleaned.get("is_restricted")
        ):
            self.add_error("is_unlisted", UNLISTED_AND_SHOWN)
        return cleaned


@admin.register(Topic)
class TopicAdmin(StaffAdmin):
    """Topics, whose slug is chosen once because it is part of the List-Id."""

    form = TopicForm
    empty_text = "Topics are the mailing lists that people subscribe to. There are none yet."
    add_label = "Create topic"
    search_help_text = "Name of a topic"

    list_display = ["name", "slug", "shown_visibility", "is_restricted", "is_moderated", "position"]
    search_fields = ["name", "slug"]
    change_form_outer_after_template = "studio/_topic.html"
    fieldsets = [
        (None, {"fields": ["name", "slug", "description", "consent"]}),
        ("Visibility", {"fields": ["is_public", "is_unlisted", "archive_access"]}),
        (None, {"fields": ["texts"]}),
        ("Need-to-know", {"fields": ["is_restricted"]}),
        ("Moderation", {"fields": ["is_moderated"]}),
        ("Automatic pause", {"fields": list(LIMITS)}),
        ("Order", {"fields": ["position"]}),
    ]
    prepopulated_fields = {"slug": ["name"]}

    @column("Visibility")
    def shown_visibility(self, topic: Topic) -> str:
        return topic.visibility

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
        for name, theirs in looser_than_providers(obj).items():
            messages.warning(
                request,
                f"The limit of emails {LIMITS[name].words} is above {in_words(theirs)}, from which "
                f"email providers treat senders worse. They may delay or refuse all your email "
                f"before sending is paused.",
            )
        if obj.slug != typed:
            messages.info(
                request,
                f"This topic’s URL name is {obj.slug}. An administrator needs it to grant the "
                f"topic to somebody.",
            )

    def has_delete_permission(self, request: HttpRequest, obj: Topic | None = None) -> bool:
        # Consent records refer to it for ever. An old topic is taken off the sign-up page instead.
        return False

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        topic: Topic | None = context.get("original")
        if topic is not None:
            page = "join" if topic.is_moderated else "subscribe"
            context |= {
                "may_invite": request.user.has_perm(INVITE),
                "link": f"{settings.SITE_URL}{reverse(page)}?topic={topic.slug}"
                if topic.is_public or topic.is_unlisted
                else "",
            }
        page_of_topic: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page_of_topic

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        view = require_http_methods(["GET", "HEAD", "POST"])(self.invite_view)
        return [
            path(
                "<int:topic_id>/invite/",
                self.admin_site.admin_view(view),
                name="subscribers_topic_invite",
            ),
            *urls,
        ]

    def invite_view(self, request: HttpRequest, topic_id: int) -> HttpResponse:
        """Invite somebody to follow a topic."""
        if not request.user.has_perm(INVITE) or not isinstance(request.user, User):
            raise PermissionDenied
        topic = get_object_or_404(self.get_queryset(request), pk=topic_id)
        form = InvitationForm(request.POST if request.method == "POST" else None)
        if form.is_valid():
            invite(
                topic,
                form.cleaned_data["email"],
                language=form.cleaned_data["language"],
                by=request.user,
            )
            messages.success(
                request,
                "If this address can receive our email and doesn’t follow the topic, an invitation "
                "is on its way. The same address is invited once in 30 days.",
            )
            return redirect(reverse("admin:subscribers_topic_invite", args=[topic.pk]))
        note_view(topic, request.user)
        context = {
            **self.admin_site.each_context(request),
            "title": f"Invite to “{topic}”",
            "opts": self.opts,
            "topic": topic,
            "form": form,
            # Their own alone: what a colleague has invited would be gaps in what they have typed.
            "invitations": topic.invitations.filter(
                invited_by=request.user.get_username()
            ).order_by("-pk")[:100],
        }
        template = "studio/invite_to_topic.html"
        return TemplateResponse(request, template, context, status=422 if form.errors else 200)

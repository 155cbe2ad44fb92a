"""The list of people as a file, as it is filtered and searched."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import ERROR_FLAG
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone

from newsletter.admin.discreet import without_discreet
from staff.sign_in.recent_sign_in import sign_in_again_unless_recent
from subscribers.admin.person_pages import PersonPages
from subscribers.admin.subscriber_labels import filters_of
from subscribers.need_to_know.hidden import visible_topics
from subscribers.people.export import export_people
from subscribers.states import SubscriptionStatus

EXPORT = "subscribers.export_subscriber"
LIST = "admin:subscribers_subscriber_changelist"
BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel reads UTF-8 as a Windows code page."""


class SubscriberExport(PersonPages):
    """The part of the list of people that gives it as a file."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"may_export": request.user.has_perm(EXPORT), **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        view = self.admin_site.admin_view(self.export_view)
        return [path("export/", view, name="subscribers_subscriber_export"), *urls]

    def export_view(self, request: HttpRequest) -> HttpResponseBase:
        """Give the people of the list, whose query string is this address's, as CSV.

        It has those subscriptions that the filters by topic and status ask for. Those of
        need-to-know topics are left out, unless the list is filtered by one.
        """
        if not request.user.has_perm(EXPORT):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(f"{reverse(LIST)}?{request.GET.urlencode()}")
        if (again := sign_in_again_unless_recent(request)) is not None:
            return again
        try:
            people = self.get_changelist_instance(request).queryset
        except IncorrectLookupParameters:
            return redirect(f"{reverse(LIST)}?{ERROR_FLAG}=1")
        wanted, named = request.GET.get("status", ""), request.GET.get("topic", "")
        topic = visible_topics(request.user).filter(slug=named).first()
        if named and topic is None:  # nobody is in the list, and the audit log must not name it
            return redirect(reverse(LIST))
        text = export_people(
            without_discreet(people, request),
            topic=topic,
            statuses=[SubscriptionStatus(wanted)] if wanted in SubscriptionStatus.values else [],
            filters=filters_of(request),
            searched=bool(request.GET.get("q")),
        )
        file = StreamingHttpResponse(_with_mark(text), content_type="text/csv; charset=utf-8")
        name = f"subscribers-{timezone.now():%Y-%m-%d}.csv"
        file["Content-Disposition"] = f'attachment; filename="{name}"'
        # No proxy may keep a copy in its folder while somebody's line is slow (nginx).
        file["X-Accel-Buffering"] = "no"
        return file


def _with_mark(text: Iterator[str]) -> Iterator[str]:
    yield BYTE_ORDER_MARK
    yield from text

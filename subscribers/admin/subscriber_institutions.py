"""Institutions in the list of people: a filter, and the names that complete what is typed."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from newsletter.admin.discreet import without_discreet
from newsletter.admin.lists import StaffAdmin
from newsletter.core.word_search import has_words
from subscribers.admin.subscriber_search import NAMED_BY
from subscribers.models import Subscriber
from subscribers.people.institutions import suggested_institutions


class InstitutionFilter(admin.SimpleListFilter):
    """A filter by institution, which is typed: its name, or a part that begins with a word."""

    title = "institution"
    parameter_name = "institution"
    suggests = "admin:subscribers_subscriber_institutions"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def has_output(self) -> bool:
        return True

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Subscriber]
    ) -> QuerySet[Subscriber]:
        value = " ".join((self.value() or "").replace("\x00", "").split())
        if not value:
            return queryset
        # The index finds few; whether the words stand in the institution is asked of those.
        named = Q(has_words(value, *NAMED_BY), institution__icontains=value)
        return without_discreet(queryset, request).filter(named)


class SubscriberInstitutions(StaffAdmin):
    """The part of the list of people that is about institutions."""

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        view = self.admin_site.admin_view(require_safe(self.institutions_view))
        return [
            path("institutions/", view, name="subscribers_subscriber_institutions"),
            *urls,
        ]

    def institutions_view(self, request: HttpRequest) -> HttpResponse:
        """Offer institutions for what was typed so far."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        typed = request.GET.get("institution", "").replace("\x00", "")
        people = without_discreet(self.get_queryset(request), request)
        names = suggested_institutions(people, typed)
        return TemplateResponse(request, "studio/_suggestions.html", {"names": names})

"""Filters of the list of applications."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from subscribers.models import Application
from subscribers.need_to_know.hidden import visible_topics
from subscribers.states import ApplicationStatus

SHOWN = tuple(each for each in ApplicationStatus if each is not ApplicationStatus.PENDING)
"""Applications that nobody has confirmed are read by nobody."""


class ApplicationStatusFilter(admin.SimpleListFilter):
    """A filter by status."""

    title = "status"
    parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(each.value, str(each.label)) for each in SHOWN]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> QuerySet[Application]:
        return queryset.filter(status=self.value()) if self.value() else queryset


class ApplicationTopicFilter(admin.SimpleListFilter):
    """A filter by topic, of those that take applications."""

    title = "topic"
    parameter_name = "topic"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        topics = visible_topics(request.user).filter(is_moderated=True)
        return list(topics.values_list("slug", "name"))

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> QuerySet[Application]:
        if not self.value():
            return queryset
        return queryset.filter(subscription__topic__slug=self.value())


class AssignedFilter(admin.SimpleListFilter):
    """A filter by whose work it is."""

    title = "assigned to"
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", "Me"), ("nobody", "Nobody")]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> QuerySet[Application]:
        match self.value():
            case "me":
                return queryset.filter(assigned_to=request.user.pk)
            case "nobody":
                return queryset.filter(assigned_to=None)
        return queryset

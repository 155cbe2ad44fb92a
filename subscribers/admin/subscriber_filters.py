"""Saved filters above the list of people."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse

from newsletter.admin.lists import StaffAdmin
from subscribers.people.saved_filters import (
    CannotSaveFilter,
    NotYourFilter,
    delete_filter,
    save_filter,
    saved_filters,
)

CHANGE, ADMINISTERS = "subscribers.change_subscriber", "auth.change_user"
LIST = "admin:subscribers_subscriber_changelist"


class SubscriberFilters(StaffAdmin):
    """The part of the list of people that is about saved filters."""

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        account = request.user
        context = {
            "saved_filters": saved_filters(account) if isinstance(account, User) else [],
            "chosen_filters": self._chosen(request),
            "may_save_filters": account.has_perm(CHANGE),
            "may_delete_shared": account.has_perm(ADMINISTERS),
            **(extra_context or {}),
        }
        return super().changelist_view(request, context)

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        guarded = self.admin_site.admin_view
        return [
            path("filters/", guarded(self.save_filter_view), name="subscribers_subscriber_filters"),
            path(
                "filters/<int:filter_id>/",
                guarded(self.delete_filter_view),
                name="subscribers_subscriber_filter",
            ),
            *urls,
        ]

    def save_filter_view(self, request: HttpRequest) -> HttpResponse:
        """Save the filters of the list, whose query string is this address's, under a name."""
        account = _may_save(request)
        back = f"{reverse(LIST)}?{request.GET.urlencode()}"
        if request.method != "POST":
            return redirect(back)
        try:
            saved = save_filter(
                account,
                name=request.POST.get("name", ""),
                chosen=self._chosen(request),
                is_shared="share" in request.POST,
            )
        except CannotSaveFilter as error:
            messages.error(request, f"Nothing was saved. {error}")
        else:
            messages.success(request, f"Saved as “{saved.name}”.")
        return redirect(back)

    def delete_filter_view(self, request: HttpRequest, filter_id: int) -> HttpResponse:
        """Delete a saved filter, by its owner, or a shared one by an administrator."""
        account = _may_save(request)
        if request.method != "POST":
            return redirect(reverse(LIST))
        try:
            deleted = delete_filter(filter_id, by=account, is_admin=account.has_perm(ADMINISTERS))
        except NotYourFilter:
            messages.error(
                request, "Nothing was changed: a colleague saved it, and only they delete it."
            )
            return redirect(reverse(LIST))
        if deleted:
            messages.success(request, "Saved filter deleted.")
        else:
            messages.info(request, "Nothing was changed: there is no such saved filter.")
        return redirect(reverse(LIST))

    def _chosen(self, request: HttpRequest) -> list[tuple[str, str]]:
        """Return the filters that are set: no search, no place in the list."""
        return [
            (name, value)
            for name, value in request.GET.dict().items()
            if value.strip() and self.lookup_allowed(name, value, request)
        ]


def _may_save(request: HttpRequest) -> User:
    if not isinstance(request.user, User) or not request.user.has_perm(CHANGE):
        raise PermissionDenied
    return request.user

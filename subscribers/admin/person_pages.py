"""Parts that all pages of a person share."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from newsletter.admin.lists import StaffAdmin
from subscribers.models import Subscriber


class PersonPages(StaffAdmin):
    """Finding the person whom a button is about, and leading back to their page."""

    def asked_for(self, request: HttpRequest, subscriber_id: int) -> Subscriber:
        """Return the person, to whoever may change people."""
        if not request.user.has_perm("subscribers.change_subscriber"):
            raise PermissionDenied
        rows = self.get_queryset(request).filter(merged_into=None)
        found: Subscriber = get_object_or_404(rows, pk=subscriber_id)
        return found

    def back(self, subscriber: Subscriber) -> HttpResponse:
        """Lead back to the person's page."""
        return redirect(reverse("admin:subscribers_subscriber_change", args=[subscriber.pk]))

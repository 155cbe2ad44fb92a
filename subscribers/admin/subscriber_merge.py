"""Merging the record of a person with another of theirs, on a page that shows what comes of it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods

from newsletter.admin.discreet import is_masked, without_discreet
from newsletter.admin.visibility import note_view
from newsletter.core.addresses import BadAddress, address_digest, parse_address
from newsletter.core.numbers import whole_number
from staff.sign_in.recent_sign_in import sign_in_again, signed_in_recently
from subscribers.admin.person_pages import PersonPages
from subscribers.models import Subscriber
from subscribers.people.merging.merge import CannotMerge, MergeMustWait, WhyNot, merge
from subscribers.people.merging.preview import MergePreview, preview_merge
from subscribers.states import SuppressionReason

NOT_NOW = (
    "These two records can’t be merged right now. Try again in a few minutes. If it doesn’t work "
    "then, ask a colleague who looks after people."
)
"""The one answer where an email is on its way and where the account may not know of everything: it
doesn't tell that there is something to know.
"""
NOT_FOUND = "There is no record with this address or number."
REFUSED = {
    WhyNot.SAME: "This is the same record. Enter the address or number of another one.",
    WhyNot.UNKNOWN: "One of the records was erased meanwhile. Nothing was merged.",
    WhyNot.MERGED: "One of the records was merged with another already. Nothing was merged.",
}
CHANGED = "Something has changed since this page was shown. Look at it again, then merge."


class OtherRecordForm(forms.Form):
    """The address or number of the other record."""

    other = forms.CharField(
        max_length=320,
        label="Email address or number of the other record",
        error_messages={"required": "Enter an email address or a number."},
        help_text="The number is at the end of the address of the record’s page.",
        widget=forms.TextInput(
            {"class": "st-input", "autocomplete": "off", "spellcheck": "false", "dir": "auto"}
        ),
    )


class SubscriberMerge(PersonPages):
    """The page on which two records of a person are merged."""

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        view = require_http_methods(["GET", "HEAD", "POST"])(self.merge_view)
        return [
            path(
                "<int:subscriber_id>/merge/",
                self.admin_site.admin_view(view),
                name="subscribers_subscriber_merge",
            ),
            *urls,
        ]

    def merge_view(self, request: HttpRequest, subscriber_id: int) -> HttpResponse:
        """Ask for the other record, show what a merge would do, and merge once that is confirmed.

        The address is posted, never in a URL, which logs keep.
        """
        if not request.user.has_perm("subscribers.change_subscriber"):
            raise PermissionDenied
        if not signed_in_recently(request):
            return sign_in_again(request)
        kept = get_object_or_404(self.get_queryset(request), pk=subscriber_id, merged_into=None)
        if is_masked(kept):
            raise PermissionDenied
        note_view(kept, request.user)
        form = OtherRecordForm(request.POST if request.method == "POST" else None)
        if request.method != "POST" or not form.is_valid():
            return self._merge_page(request, kept, form)
        merged, problem = self._other(request, kept, form.cleaned_data["other"])
        if merged is None:
            form.add_error("other", problem)
            return self._merge_page(request, kept, form)
        note_view(merged, request.user)
        preview = preview_merge(kept, merged, account=request.user)
        if not preview.may_merge:
            form.add_error(None, NOT_NOW)
            return self._merge_page(request, kept, form)
        if "merge" not in request.POST:
            return self._merge_page(request, kept, form, merged=merged, preview=preview)
        if request.POST.get("seen") != preview.fingerprint:
            form.add_error(None, CHANGED)
            return self._merge_page(request, kept, form, merged=merged, preview=preview)
        return self._merge(request, kept, merged, form)

    def _other(
        self, request: HttpRequest, kept: Subscriber, typed: str
    ) -> tuple[Subscriber | None, str]:
        """Find the other record among those that may be known, or say why it can't be merged."""
        rows = without_discreet(self.get_queryset(request), request)
        number = whole_number(typed.strip())
        if number is not None:
            found = rows.filter(pk=number).first()
        else:
            try:
                found = rows.filter(digest=address_digest(parse_address(typed))).first()
            except BadAddress:
                return None, "Enter a whole email address, or a number."
        if found is None:
            return None, NOT_FOUND
        if found.pk == kept.pk:
            return None, REFUSED[WhyNot.SAME]
        if found.merged_into_id is not None:
            return None, REFUSED[WhyNot.MERGED]
        return found, ""

    def _merge(
        self, request: HttpRequest, kept: Subscriber, merged: Subscriber, form: OtherRecordForm
    ) -> HttpResponse:
        try:
            merge(kept.pk, merged.pk, by=request.user.get_username())
        except CannotMerge as error:
            form.add_error(None, REFUSED[error.why])
            return self._merge_page(request, kept, form)
        except MergeMustWait:
            form.add_error(None, NOT_NOW)
            return self._merge_page(request, kept, form)
        messages.success(request, "Merged. Nothing is sent to the other address any more.")
        return self.back(kept)

    def _merge_page(
        self,
        request: HttpRequest,
        kept: Subscriber,
        form: OtherRecordForm,
        *,
        merged: Subscriber | None = None,
        preview: MergePreview | None = None,
    ) -> HttpResponse:
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": "Merge with another record",
            "opts": self.opts,
            "kept": kept,
            "merged": merged,
            "preview": preview,
            "merged_reason": SuppressionReason.MERGED.label,
            "form": form,
        }
        return TemplateResponse(
            request, "studio/merge_subscriber.html", context, status=422 if form.errors else 200
        )

    def page_of_kept(self, request: HttpRequest, subscriber_id: int) -> HttpResponse | None:
        """Lead from a record that was merged to the one that stays; None where it wasn't."""
        found = self.get_queryset(request).filter(pk=subscriber_id).first()
        if found is None or found.merged_into_id is None:
            return None
        messages.info(request, f"Record {found.pk} was merged into this one.")
        return redirect(reverse("admin:subscribers_subscriber_change", args=[found.merged_into_id]))

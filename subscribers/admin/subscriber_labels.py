"""Labels of people: on the page of one person, and given to many from their list."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import PAGE_VAR
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from newsletter.admin.columns import column
from newsletter.admin.discreet import shown
from newsletter.admin.keyset import AFTER, BEFORE
from newsletter.core.numbers import whole_number
from subscribers.admin.person_pages import PersonPages
from subscribers.labels.find import labels_of
from subscribers.labels.give import (
    give_label,
    give_label_to_all,
    take_label,
    take_label_from_all,
)
from subscribers.labels.keep import UnknownLabel, find_label
from subscribers.labels.names import label_key
from subscribers.models import Label, Subscriber, SubscriberLabel
from subscribers.models.label import LONGEST_LABEL
from subscribers.person_names import clean_name

CHANGE, SEE_LABELS = "subscribers.change_subscriber", "subscribers.view_label"
MOST_COUNTED = 100_000
"""People who are counted before they get a label; of more the page says “more than”."""
_NO_FILTERS = ("q", PAGE_VAR, AFTER, BEFORE, "o")
_TYPED = ("institution",)
"""Filters whose words may name a person."""


class LabelFilter(admin.SimpleListFilter):
    """A filter by label, which is typed: there may be ten thousand."""

    title = "label"
    parameter_name = "label"
    suggests = "admin:subscribers_label_suggest"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return []

    def has_output(self) -> bool:
        return True

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Subscriber]
    ) -> QuerySet[Subscriber]:
        value = self.value()
        if not value:
            return queryset
        rows = SubscriberLabel.objects.filter(label__key=label_key(value))
        return queryset.filter(pk__in=rows.values("subscriber"))


class SubscriberLabels(PersonPages):
    """The part of the pages of people that is about labels."""

    @column("Choose")
    def choose(self, subscriber: Subscriber) -> SafeString:
        return format_html(
            '<label class="st-tick"><input type="checkbox" name="person" value="{}" '
            'form="label-people" aria-label="Choose {}"></label>',
            subscriber.pk,
            shown(subscriber, subscriber.email),
        )

    def may_label(self, request: HttpRequest) -> bool:
        """Return whether whoever asks may give labels to people."""
        return request.user.has_perm(CHANGE) and request.user.has_perm(SEE_LABELS)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"may_label": self.may_label(request), **(extra_context or {})}
        return super().changelist_view(request, context)

    def labels_for(self, request: HttpRequest, subscriber_id: int) -> dict[str, Any]:
        """Return what the page of a person shows of labels."""
        may_see = request.user.has_perm(SEE_LABELS)
        return {
            "labels": labels_of(subscriber_id) if may_see else [],
            "may_see_labels": may_see,
            "may_label": self.may_label(request),
        }

    def label_urls(self) -> list[URLPattern]:
        """Return the addresses of the views below."""
        return [
            path(
                "label/",
                self.admin_site.admin_view(self.label_people_view),
                name="subscribers_subscriber_label_people",
            ),
            path(
                "<int:subscriber_id>/label/",
                self.only_posted(self.label_view),
                name="subscribers_subscriber_label",
            ),
        ]

    def label_view(self, request: HttpRequest, subscriber_id: int) -> HttpResponse:
        """Give a label to one person, or take it away."""
        subscriber = self.asked_for(request, subscriber_id)
        if not self.may_label(request):
            raise PermissionDenied
        if remove := whole_number(request.POST.get("remove", "")):
            if take_label(subscriber, remove):
                messages.success(request, "Label removed.")
            else:
                messages.info(request, "Nothing was changed: they didn’t have this label.")
            return self.back(subscriber)
        try:
            label = find_label(request.POST.get("label", ""))
            given = give_label(subscriber, label)
        except UnknownLabel:
            messages.error(request, no_such_label(request.POST.get("label", "")))
        else:
            if given:
                messages.success(request, f"Label “{label.name}” added.")
            else:
                messages.info(request, f"They already have the label “{label.name}”.")
        return self.back(subscriber)

    def label_people_view(self, request: HttpRequest) -> HttpResponse:
        """Ask, then give a label to the chosen people, or to all of the list, or take it away."""
        if not self.may_label(request):
            raise PermissionDenied
        if request.method != "POST":
            return redirect(reverse("admin:subscribers_subscriber_changelist"))
        back = f"{reverse('admin:subscribers_subscriber_changelist')}?{request.GET.urlencode()}"
        is_all = request.POST.get("which") == "all"
        typed = request.POST.getlist("person")
        chosen = [number for each in typed if (number := whole_number(each))]
        if not is_all and not chosen:
            messages.error(request, "Choose people in the list, or all that it shows.")
            return redirect(back)
        try:
            label = find_label(request.POST.get("label", ""))
        except UnknownLabel:
            messages.error(request, no_such_label(request.POST.get("label", "")))
            return redirect(back)
        people = self.get_queryset(request).filter(pk__in=chosen)
        if is_all:
            people = self.get_changelist_instance(request).queryset
        removes = request.POST.get("act") == "remove"
        if "sure" not in request.POST:
            return self._ask_about(
                request, people, label, chosen=chosen, is_all=is_all, removes=removes
            )
        return self._label_people(request, people, label, removes=removes, is_all=is_all, back=back)

    def _ask_about(
        self,
        request: HttpRequest,
        people: QuerySet[Subscriber],
        label: Label,
        *,
        chosen: list[int],
        is_all: bool,
        removes: bool,
    ) -> HttpResponse:
        number = people.order_by()[: MOST_COUNTED + 1].count()
        context = {
            **self.admin_site.each_context(request),
            "title": "Remove label" if removes else "Add label",
            "opts": self.opts,
            "label": label,
            "removes": removes,
            "number": number,
            "people": f"more than {MOST_COUNTED:,} people"
            if number > MOST_COUNTED
            else _people(number),
            "chosen": [] if is_all else chosen,
            "is_all": is_all,
            "filters": filters_of(request),
            "query": request.GET.urlencode(),
        }
        return TemplateResponse(request, "studio/label_people.html", context)

    def _label_people(
        self,
        request: HttpRequest,
        people: QuerySet[Subscriber],
        label: Label,
        *,
        removes: bool,
        is_all: bool,
        back: str,
    ) -> HttpResponse:
        how: dict[str, Any] = {
            "filters": filters_of(request) if is_all else [],
            "searched": bool(is_all and request.GET.get("q")),
        }
        try:
            if removes:
                number = take_label_from_all(people, label, **how)
                done = f"“{label.name}” was removed from {_people(number)}. Nobody else had it."
            else:
                number = give_label_to_all(people, label, **how)
                done = f"“{label.name}” was added to {_people(number)}. All others had it already."
        except UnknownLabel:
            messages.error(request, no_such_label(label.name))
        else:
            messages.success(request, done)
        return redirect(back)


def _people(number: int) -> str:
    return "1 person" if number == 1 else f"{number:,} people"


def no_such_label(typed: str) -> str:
    """Return why nothing was done, and what to do."""
    name = clean_name(typed)[:LONGEST_LABEL]
    if not name:
        return "Nothing was changed. Enter the name of a label."
    return (
        f"Nothing was changed. There is no label “{name}”. Create it under Labels, "
        f"or choose one that is there."
    )


def filters_of(request: HttpRequest) -> list[str]:
    """Return the filters of the list, without what was typed, which may be a name."""
    return [
        f"{name}=…" if name in _TYPED else f"{name}={value}"
        for name, value in request.GET.items()
        if value and name not in _NO_FILTERS
    ]

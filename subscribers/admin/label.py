"""Labels: staff's own words for groups of people."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_safe

from newsletter.admin.columns import column
from newsletter.admin.form import StaffForm
from newsletter.admin.keyset import ListPart
from newsletter.admin.lists import StaffAdmin
from newsletter.core.numbers import whole_number
from subscribers.labels.find import (
    SEE_PEOPLE,
    in_words,
    numbers_with_labels,
    suggested_labels,
    with_label,
)
from subscribers.labels.keep import (
    SameLabel,
    UnknownLabel,
    create_label,
    delete_label,
    merge_labels,
    rename_label,
)
from subscribers.labels.names import BadLabel, label_key, label_name
from subscribers.labels.uses import LabelInUse, uses_of_label
from subscribers.models import Label

CHANGE = "subscribers.change_label"
MOST_COUNTED = 100_000


class LabelForm(StaffForm):
    """The name of a label."""

    same: Label | None = None
    """Another label that has the name already."""

    class Meta:
        model = Label
        fields = ["name"]

    def clean_name(self) -> str:
        """Return the name as it is kept."""
        try:
            name = label_name(self.cleaned_data["name"])
        except BadLabel as error:
            raise forms.ValidationError(str(error)) from error
        others = Label.objects.exclude(pk=self.instance.pk)
        self.same = others.filter(key=label_key(name)).first()
        if self.same is not None and not self.instance.pk:
            raise forms.ValidationError(f"There is a label “{self.same.name}” already.")
        return name


@admin.register(Label)
class LabelAdmin(StaffAdmin):
    """Labels. Giving one the name of another asks whether to merge the two."""

    form = LabelForm
    empty_text = (
        "Labels are your own words for groups of people, such as “Balkans” or “Speakers 2027”. "
        "There are none yet."
    )
    add_label = "Create label"
    list_before_template = "studio/_about_labels.html"
    change_form_outer_after_template = "studio/_label.html"
    is_recorded_by_actions = True

    list_display = ["name", "people", "created_at"]
    search_fields = ["name"]
    search_help_text = "Name of a label"
    keyset = (ListPart(column="key", is_descending=False),)
    sortable_by = ()
    ordering = ["key"]
    fieldsets = [(None, {"fields": ["name"]})]

    @column("People")
    def people(self, label: Label) -> str:
        return str(getattr(label, "people_in_words", ""))

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        page = super().changelist_view(request, extra_context)
        if shown := (getattr(page, "context_data", None) or {}).get("cl"):
            numbers = numbers_with_labels(shown.result_list, request.user)
            for label in shown.result_list:
                label.people_in_words = numbers[label.pk]
        return page

    def has_delete_permission(self, request: HttpRequest, obj: Label | None = None) -> bool:
        # A page of its own says first how many people have it.
        return False

    def audit_label(self, obj: Label) -> str:
        return f"label “{obj.name}”"

    def save_form(self, request: HttpRequest, form: LabelForm, change: bool) -> Label:
        name = form.cleaned_data["name"]
        if not change:
            return create_label(name)
        label: Label = form.instance
        return label if form.same else rename_label(label.pk, name)

    def save_model(self, request: HttpRequest, obj: Label, form: Any, change: bool) -> None:
        """Do nothing, because the action has saved it."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing, as there are no related rows."""

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        typed = Label.objects.filter(key=label_key(request.POST.get("name", ""))).first()
        if typed is not None and typed.pk != obj.pk:
            address = reverse("admin:subscribers_label_merge", args=[obj.pk])
            return redirect(f"{address}?{urlencode({'into': typed.pk})}")
        return super().response_change(request, obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        label: Label | None = context.get("original")
        if label is not None:
            context |= {
                "number": self._number(request, label),
                "may_see_people": request.user.has_perm(SEE_PEOPLE),
                "may_change": request.user.has_perm(CHANGE),
            }
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        asking = require_http_methods(["GET", "HEAD", "POST"])
        return [
            path(
                "suggest/",
                self.admin_site.admin_view(require_safe(self.suggest_view)),
                name="subscribers_label_suggest",
            ),
            path(
                "<int:label_id>/merge/",
                self.admin_site.admin_view(asking(self.merge_view)),
                name="subscribers_label_merge",
            ),
            path(
                "<int:label_id>/remove/",
                self.admin_site.admin_view(asking(self.remove_view)),
                name="subscribers_label_remove",
            ),
            *urls,
        ]

    def suggest_view(self, request: HttpRequest) -> HttpResponse:
        """Offer labels for what was typed so far."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        names = suggested_labels(request.GET.get("label", ""))
        return TemplateResponse(request, "studio/_label_options.html", {"names": names})

    def merge_view(self, request: HttpRequest, label_id: int) -> HttpResponse:
        """Ask, then merge a label into another."""
        label = self._to_change(request, label_id)
        given = request.POST if request.method == "POST" else request.GET
        other = get_object_or_404(Label, pk=whole_number(given.get("into", "")) or 0)
        if request.method == "POST":
            try:
                merged = merge_labels(label.pk, into=other.pk)
            except (UnknownLabel, SameLabel):
                messages.info(request, "Nothing was changed: these labels were merged already.")
            except LabelInUse as error:
                return self._refuse(request, label, error.uses)
            else:
                messages.success(request, f"“{label.name}” was merged into “{merged.name}”.")
            return redirect(reverse("admin:subscribers_label_changelist"))
        return self._ask(request, label, "studio/merge_label.html", "Merge labels", other=other)

    def remove_view(self, request: HttpRequest, label_id: int) -> HttpResponse:
        """Say how many people have a label, then delete it."""
        label = self._to_change(request, label_id)
        if request.method == "POST":
            try:
                delete_label(label.pk)
            except UnknownLabel:
                messages.info(request, "Nothing was changed: this label was deleted already.")
            except LabelInUse as error:
                return self._refuse(request, label, error.uses)
            else:
                messages.success(request, f"Label “{label.name}” deleted.")
            return redirect(reverse("admin:subscribers_label_changelist"))
        return self._ask(request, label, "studio/delete_label.html", "Delete label")

    def _to_change(self, request: HttpRequest, label_id: int) -> Label:
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        return get_object_or_404(Label, pk=label_id)

    def _ask(
        self, request: HttpRequest, label: Label, template: str, title: str, **more: Any
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            "label": label,
            "number": self._number(request, label),
            "uses": uses_of_label(label),
            **more,
        }
        return TemplateResponse(request, template, context)

    def _refuse(self, request: HttpRequest, label: Label, uses: list[str]) -> HttpResponse:
        messages.error(request, f"Nothing was changed. “{label.name}” is used by {uses[0]}.")
        return redirect(reverse("admin:subscribers_label_change", args=[label.pk]))

    def _number(self, request: HttpRequest, label: Label) -> str:
        counted = with_label(label, request.user)[: MOST_COUNTED + 1].count()
        hides = not request.user.has_perm(SEE_PEOPLE)
        return in_words(counted, hides_small=hides, most=MOST_COUNTED)

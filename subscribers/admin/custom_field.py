"""Custom fields: details of people that staff define."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods
from unfold.widgets import UnfoldAdminTextareaWidget

from newsletter.admin.columns import column
from newsletter.admin.form import StaffForm
from newsletter.admin.lists import StaffAdmin
from subscribers.admin.label import MOST_COUNTED
from subscribers.custom_fields.keep import (
    BadField,
    UnknownField,
    called,
    checked_choices,
    delete_field,
    has_values,
    save_field,
)
from subscribers.custom_fields.names import BadKey, checked_key, field_named, key_for
from subscribers.custom_fields.uses import FieldInUse, uses_of_field
from subscribers.imports.reading.headers import field_of
from subscribers.labels.find import SEE_PEOPLE, in_words
from subscribers.models import CustomField, CustomFieldValue
from subscribers.need_to_know.hidden import hidden_topics, visible_subscribers
from subscribers.person_names import clean_name
from subscribers.states import FieldKind

CHANGE = "subscribers.change_customfield"


class CustomFieldForm(StaffForm):
    """The definition of a custom field."""

    choices_text = forms.CharField(
        label="Choices",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 6}),
        help_text="Of a choice: what can be chosen, one on each line.",
    )

    class Meta:
        model = CustomField
        fields = ["name", "key", "kind", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "choices_text" in self.fields:
            self.initial["choices_text"] = "\n".join(self.instance.choices)
        if "key" in self.fields:
            self.fields["key"].required = False
            self.fields["key"].help_text = (
                "Its name in emails, as {term_ends}, and in the headings of lists. Leave it empty "
                "to have it made of the name. It never changes."
            )

    def value_now(self, name: str) -> Any:
        """Return what the row says now, for a field that was not changed."""
        if name == "choices_text":
            return "\n".join(self.instance.choices)
        return super().value_now(name)

    def clean_name(self) -> str:
        """Return the name as it is kept."""
        name = clean_name(self.cleaned_data["name"])
        if not name:
            raise forms.ValidationError("Enter a name.")
        if field_named(name, but=self.instance.pk) is not None:
            raise forms.ValidationError(f"There is a custom field “{name}” already.")
        if field_of(name) is not None:
            # A column with this heading could not be told from the one that we know.
            raise forms.ValidationError(
                f"Imports read a column “{name}” as one of ours. Choose another name."
            )
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.instance.pk and "name" in cleaned:
            self._clean_key(cleaned)
        kind = cleaned.get("kind") or self.instance.kind
        try:
            lines = str(cleaned.get("choices_text") or "").splitlines()
            self.instance.choices = checked_choices(lines) if kind == FieldKind.CHOICE else []
        except BadField as error:
            self.add_error("choices_text", str(error))
        return cleaned

    def _clean_key(self, cleaned: dict[str, Any]) -> None:
        typed = str(cleaned.get("key") or "") or key_for(cleaned["name"])
        try:
            cleaned["key"] = checked_key(typed)
        except BadKey as error:
            self.add_error("key", str(error))
            return
        if CustomField.objects.filter(key=typed).exists():
            self.add_error("key", f"There is a custom field “{typed}” already.")


@admin.register(CustomField)
class CustomFieldAdmin(StaffAdmin):
    """Custom fields. Their keys stand in texts of campaigns, so they never change."""

    form = CustomFieldForm
    empty_text = (
        "Custom fields are details of people beside those that everybody has, such as “Chamber” or "
        "“Term ends”. There are none yet."
    )
    add_label = "Create custom field"
    list_before_template = "studio/_about_custom_fields.html"
    change_form_outer_after_template = "studio/_custom_field.html"
    is_recorded_by_actions = True

    list_display = ["name", "shown_key", "kind", "position"]
    sortable_by = ()
    ordering = ["position", "key"]

    @column("In emails and lists")
    def shown_key(self, field: CustomField) -> str:
        return f"{{{field.key}}}"

    def get_fieldsets(self, request: HttpRequest, obj: CustomField | None = None) -> Any:
        return [
            (None, {"fields": ["name", "key", "kind", "choices_text"]}),
            ("Order", {"fields": ["position"]}),
        ]

    def get_readonly_fields(
        self, request: HttpRequest, obj: CustomField | None = None
    ) -> list[str]:
        if obj is None:
            return []
        return ["key", "kind"] if has_values(obj) else ["key"]

    def has_delete_permission(self, request: HttpRequest, obj: CustomField | None = None) -> bool:
        # A page of its own says first how many people have a value.
        return False

    def audit_label(self, obj: CustomField) -> str:
        return called(obj)

    def save_model(self, request: HttpRequest, obj: CustomField, form: Any, change: bool) -> None:
        try:
            save_field(obj)
        except (BadField, UnknownField) as error:
            obj.problem = (  # type: ignore[attr-defined] # read by the answer below
                str(error) if isinstance(error, BadField) else "This field was deleted meanwhile."
            )

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Do nothing, as there are no related rows."""

    def response_add(
        self, request: HttpRequest, obj: Model, post_url_continue: str | None = None
    ) -> HttpResponse:
        return self._not_saved(request, obj) or super().response_add(
            request, obj, post_url_continue
        )

    def response_change(self, request: HttpRequest, obj: Model) -> HttpResponse:
        return self._not_saved(request, obj) or super().response_change(request, obj)

    def _not_saved(self, request: HttpRequest, obj: Model) -> HttpResponse | None:
        problem = getattr(obj, "problem", "")
        if not problem:
            return None
        messages.error(request, f"Nothing was saved. {problem}")
        if obj.pk:
            return redirect(reverse("admin:subscribers_customfield_change", args=[obj.pk]))
        return redirect(reverse("admin:subscribers_customfield_changelist"))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if context.get("original") is not None:
            context["may_change"] = request.user.has_perm(CHANGE)
        page: HttpResponse = super().render_change_form(request, context, *args, **kwargs)
        return page

    def get_urls(self) -> list[URLPattern]:
        urls: list[URLPattern] = super().get_urls()
        view = require_http_methods(["GET", "HEAD", "POST"])(self.remove_view)
        return [
            path(
                "<int:customfield_id>/remove/",
                self.admin_site.admin_view(view),
                name="subscribers_customfield_remove",
            ),
            *urls,
        ]

    def remove_view(self, request: HttpRequest, customfield_id: int) -> HttpResponse:
        """Say how many people have a value, then delete the field."""
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        field = get_object_or_404(CustomField, pk=customfield_id)
        if request.method == "POST":
            try:
                delete_field(field.pk)
            except UnknownField:
                messages.info(request, "Nothing was changed: this field was deleted already.")
            except FieldInUse as error:
                messages.error(
                    request, f"Nothing was changed. “{field.name}” is used by {error.uses[0]}."
                )
                return redirect(reverse("admin:subscribers_customfield_change", args=[field.pk]))
            else:
                messages.success(request, f"Custom field “{field.name}” deleted.")
            return redirect(reverse("admin:subscribers_customfield_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "title": "Delete custom field",
            "opts": self.opts,
            "field": field,
            "number": _number(request, field),
            "uses": uses_of_field(field),
        }
        return TemplateResponse(request, "studio/delete_custom_field.html", context)


def _number(request: HttpRequest, field: CustomField) -> str:
    rows = CustomFieldValue.objects.filter(field=field)
    if hidden_topics(request.user):
        rows = rows.filter(subscriber__in=visible_subscribers(request.user).values("pk"))
    hides = not request.user.has_perm(SEE_PEOPLE)
    return in_words(rows[: MOST_COUNTED + 1].count(), hides_small=hides, most=MOST_COUNTED)

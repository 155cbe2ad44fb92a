"""Custom fields on the page of a person: one input for each, or their values to be read."""

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from newsletter.admin.lists import StaffAdmin
from subscribers.admin.subscriber_form import SubscriberForm
from subscribers.custom_fields.values import BadValue, FieldValue, read_value, set_values, values_of
from subscribers.models import CustomField, Subscriber
from subscribers.models.custom_field import LONGEST_VALUE
from subscribers.states import FieldKind

CHANGE, SEE_FIELDS = "subscribers.change_subscriber", "subscribers.view_customfield"
_PREFIX = "custom_"


class CustomFieldsForm(SubscriberForm):
    """The form of a person with their custom fields. Each installation's has other inputs."""

    custom: tuple[CustomField, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = values_of(self.instance.pk) if self.instance.pk else {}
        self._kept = {each.key: kept[each.pk].value for each in self.custom if each.pk in kept}
        self.values = dict[int, FieldValue]()
        """Those that were changed on the page."""
        for each in self.custom:
            value = self._kept.get(each.key, "")
            self.initial[_PREFIX + each.key] = value
            field = self.fields.get(_PREFIX + each.key)
            if isinstance(field, forms.ChoiceField) and value and value not in each.choices:
                # A list may have been imported while the choice was taken out.
                field.choices = [*each_choice(each), (value, value)]

    def value_now(self, name: str) -> Any:
        """Return what is kept, for a field that was not changed."""
        if name.startswith(_PREFIX):
            return self._kept.get(name.removeprefix(_PREFIX), "")
        return super().value_now(name)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        for each in self.custom:
            name = _PREFIX + each.key
            if name not in self.changed_data or name not in cleaned:
                continue
            try:
                self.values[each.pk] = read_value(each, str(cleaned[name] or ""))
            except BadValue as error:
                self.add_error(name, str(error))
        return cleaned


def each_choice(field: CustomField) -> list[tuple[str, str]]:
    """Return the options of a choice's menu."""
    return [("", "Not known"), *((choice, choice) for choice in field.choices)]


def input_of(field: CustomField) -> forms.Field:
    """Return the input of one custom field."""
    if field.kind == FieldKind.CHOICE:
        return forms.ChoiceField(
            label=field.name,
            required=False,
            choices=each_choice(field),
            widget=UnfoldAdminSelectWidget,
        )
    if field.kind == FieldKind.DATE:
        return forms.DateField(
            label=field.name,
            required=False,
            widget=UnfoldAdminTextInputWidget(attrs={"type": "date"}),
            error_messages={"invalid": "Enter a date."},
        )
    return forms.CharField(
        label=field.name,
        required=False,
        max_length=LONGEST_VALUE,
        widget=UnfoldAdminTextInputWidget,
    )


class SubscriberCustomFields(StaffAdmin):
    """The part of the page of a person that is about custom fields."""

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        custom = tuple(_fields(request)) if self._may_edit(request) else ()
        inputs = {_PREFIX + each.key: input_of(each) for each in custom}
        kwargs["form"] = type("PersonForm", (CustomFieldsForm,), {"custom": custom, **inputs})
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        own = [*super().get_fieldsets(request, obj)]
        names = [_PREFIX + each.key for each in _fields(request)]
        if names and self._may_edit(request):
            own.insert(-1, ("Custom fields", {"fields": names}))
        return own

    def custom_values_for(self, request: HttpRequest, subscriber_id: int) -> dict[str, Any]:
        """Return the values that the page shows to whoever may not edit them."""
        if self._may_edit(request) or not request.user.has_perm(SEE_FIELDS):
            return {"custom_values": []}
        kept = values_of(subscriber_id)
        named = [(each.name, kept[each.pk].value) for each in _fields(request) if each.pk in kept]
        return {"custom_values": named}

    def save_custom_values(self, subscriber: Subscriber, form: CustomFieldsForm) -> None:
        """Save what was changed on the page."""
        set_values(subscriber, form.values)

    def _may_edit(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CHANGE) and request.user.has_perm(SEE_FIELDS)


def own_changes(form: CustomFieldsForm) -> list[str]:
    """Return the changed inputs that are columns of the person's row."""
    return [name for name in form.changed_data if not name.startswith(_PREFIX)]


def _fields(request: HttpRequest) -> list[CustomField]:
    """Return the custom fields, read once a request."""
    kept: list[CustomField] | None = getattr(request, "_custom_fields", None)
    if kept is None:
        kept = list(CustomField.objects.all())
        request._custom_fields = kept  # type: ignore[attr-defined] # read once
    return kept

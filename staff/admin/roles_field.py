"""The boxes of an account's roles, with what each is for."""

from typing import Any

from django import forms
from django.contrib.auth.models import Group
from django.db.models import Case, IntegerField, QuerySet, Value, When
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from newsletter.core.numbers import whole_number
from staff.accounts.roles_of import groups_of_roles
from staff.roles import ROLES, Action, Role


class RolesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # generic for the type checker alone
    """Boxes to tick, one for each role. A group that is no role can't be chosen."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                "required": False,
                **options,
                "queryset": _in_order(),
                "label": "Roles",
                "help_text": "Someone with several roles can do what each of them can do.",
                "widget": forms.CheckboxSelectMultiple({"class": "st-box st-roles"}),
            }
        )

    def clean(self, value: Any) -> Any:
        """Return the roles. A number that no column holds names none."""
        for each in value or ():
            if whole_number(str(each)) is None:
                raise forms.ValidationError(self.error_messages["invalid_choice"] % {"value": each})
        return super().clean(value)

    def label_from_instance(self, obj: Group) -> SafeString:
        return role_in_words(ROLES[obj.name])


def role_in_words(role: Role) -> SafeString:
    """Write what a role is for, and each thing that it allows."""
    return format_html(
        '<span class="st-role"><strong>{}</strong> <span>{}</span> '
        '<span class="st-help">{}</span></span>',
        role.name,
        role.what_for,
        format_html_join("", "{}. ", ((action,) for action in Action if action in role.actions)),
    )


def _in_order() -> QuerySet[Group]:
    position = Case(
        *(When(name=name, then=Value(number)) for number, name in enumerate(ROLES)),
        default=Value(len(ROLES)),
        output_field=IntegerField(),
    )
    return groups_of_roles().alias(position=position).order_by("position")

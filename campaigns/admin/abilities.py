"""Permissions that matter here, in plain words, for the forms of staff accounts and groups."""

from typing import Any

from django import forms
from django.contrib.auth.models import Permission
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

ABILITIES: dict[tuple[str, str], str] = {
    ("campaigns", "view_campaign"): "See campaigns and reports",
    ("campaigns", "add_campaign"): "Create campaigns",
    ("campaigns", "change_campaign"): "Edit campaigns",
    ("campaigns", "launch_campaign"): "Approve, send, pause and cancel campaigns",
    ("campaigns", "view_event"): "See events",
    ("campaigns", "add_event"): "Create events",
    ("campaigns", "change_event"): "Edit and cancel events",
    ("subscribers", "view_subscriber"): "See subscribers",
    ("subscribers", "change_subscriber"): "Edit, unsubscribe and block subscribers",
    ("subscribers", "delete_subscriber"): "Erase subscribers",
    ("subscribers", "view_topic"): "See topics",
    ("subscribers", "add_topic"): "Create topics",
    ("subscribers", "change_topic"): "Edit topics",
    ("subscribers", "view_suppression"): "See suppressions",
    ("subscribers", "add_suppression"): "Add suppressions",
    ("subscribers", "change_suppression"): "Remove suppressions",
    ("subscribers", "view_importbatch"): "See imports",
    ("newsletter", "view_brand"): "See the brand",
    ("newsletter", "add_brand"): "Set up the brand",
    ("newsletter", "change_brand"): "Edit the brand",
    ("newsletter", "view_transactionalmessage"): "See transactional emails",
    ("newsletter", "change_transactionalmessage"): "Resolve and resend transactional emails",
    ("campaigns", "view_delivery"): "See campaign emails",
    ("newsletter", "view_providerevent"): "See provider events",
    ("newsletter", "view_providerreport"): "See provider reports",
}
"""(app label, codename) → words, in the order of the form."""


def known_permissions() -> QuerySet[Permission]:
    """Return the permissions that have words, in the order of the table."""
    each = [Q(content_type__app_label=app, codename=name) for app, name in ABILITIES]
    known = Q(pk__in=[])
    for one in each:
        known |= one
    position = Case(
        *(When(one, then=Value(number)) for number, one in enumerate(each)),
        default=Value(len(each)),
        output_field=IntegerField(),
    )
    return (
        Permission.objects.filter(known)
        .select_related("content_type")
        .alias(position=position)
        .order_by("position")
    )


class AbilitiesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg] # generic for the type checker alone
    """Boxes to tick, one for each known permission."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            **{
                **options,
                "queryset": known_permissions(),
                "required": False,
                "label": "This person can",
                "help_text": "",
                "widget": forms.CheckboxSelectMultiple({"class": "st-box"}),
            }
        )

    def label_from_instance(self, obj: Permission) -> str:
        return ABILITIES[(obj.content_type.app_label, obj.codename)]

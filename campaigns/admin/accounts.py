"""Staff accounts and groups, in unfold's forms."""

from copy import copy
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Field
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from newsletter.admin.columns import column
from newsletter.admin.lists import StaffAdmin

admin.site.unregister(User)
admin.site.unregister(Group)


class SuperusersOnly:
    """Whoever may change accounts or groups can give themselves anything, so that takes a superuser, whatever was granted."""

    def formfield_for_manytomany(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **options: Any
    ) -> Any:
        """Groups and permissions are boxes to tick: two lists beside each other don't fit on a phone."""
        options["widget"] = forms.CheckboxSelectMultiple({"class": "st-box"})
        return super().formfield_for_manytomany(db_field, request, **options)  # type: ignore[misc] # the admin's, beside which this stands

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return _is_superuser(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_superuser(request)


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)


def _called(opts: Any, name: str) -> Any:
    """The facts of Django's model under our name for it, for its pages alone: renaming the model would take a migration of Django's."""
    own = copy(opts)
    own.verbose_name, own.verbose_name_plural = name, f"{name}s"
    return own


@admin.register(User)
class StaffUserAdmin(SuperusersOnly, UserAdmin, StaffAdmin):  # type: ignore[misc,type-arg] # unfold ships no types
    """Accounts that may sign in."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "full_name", "address", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser", "groups"]

    # Set by signing in; nobody has to put them right.
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.opts = _called(self.opts, "staff account")

    @column("Name", ordering="last_name")
    def full_name(self, account: User) -> str:
        return account.get_full_name() or "–"

    @column("E-mail address", ordering="email")
    def address(self, account: User) -> str:
        return account.email

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **options: Any
    ) -> Any:
        if db_field.name == "email":
            options["label"] = "E-mail address"
        return super().formfield_for_dbfield(db_field, request, **options)


@admin.register(Group)
class StaffGroupAdmin(SuperusersOnly, GroupAdmin, StaffAdmin):  # type: ignore[misc] # unfold ships no types
    """Sets of permissions, such as "may write" and "may launch"."""

    filter_horizontal = []

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.opts = _called(self.opts, "staff group")

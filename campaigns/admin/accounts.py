"""Staff accounts and groups, in unfold's forms."""

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from newsletter.admin.lists import StaffAdmin

admin.site.unregister(User)
admin.site.unregister(Group)


class SuperusersOnly:
    """Whoever may change accounts or groups can give themselves anything, so that takes a superuser, whatever was granted."""

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


@admin.register(User)
class StaffUserAdmin(SuperusersOnly, UserAdmin, StaffAdmin):  # type: ignore[misc,type-arg] # unfold ships no types
    """Accounts that may sign in."""

    form = UserChangeForm
    add_form = UserCreationForm
    change_password_form = AdminPasswordChangeForm
    list_display = ["username", "first_name", "last_name", "email", "is_active", "is_superuser", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser", "groups"]


@admin.register(Group)
class StaffGroupAdmin(SuperusersOnly, GroupAdmin, StaffAdmin):  # type: ignore[misc] # unfold ships no types
    """Sets of permissions, such as "may write" and "may launch"."""

"""Staff accounts and groups, in unfold's forms."""

from copy import copy
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import ReadOnlyPasswordHashWidget
from django.contrib.auth.models import Group, User
from django.db.models import Field
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from campaigns.admin.abilities import AbilitiesField, known_permissions
from newsletter.admin.columns import column
from newsletter.admin.lists import StaffAdmin

admin.site.unregister(User)
admin.site.unregister(Group)

FIELD_WORDS = {
    "username": ("Username", "Up to 150 letters, digits and @ . + - _"),
    "email": ("Email address", ""),
    "is_active": (
        "Account is active",
        "Clear this box to stop someone signing in. Their account and history stay.",
    ),
    "is_staff": ("Can open the staff pages", ""),
    "is_superuser": ("Administrator", "Can do everything, including managing staff accounts."),
    "groups": ("Groups", "This person can do what their groups can do."),
}
"""Field → label and help, where Django's are about Django."""


class PasswordLink(ReadOnlyPasswordHashWidget):
    """A link to the form for a new password, where Django shows parts of the hash."""

    def render(self, *given: Any, **options: Any) -> SafeString:
        return format_html(
            '<a class="st-button st-small" href="{}">Set new password</a>', "../password/"
        )


class StaffAccountForm(UserChangeForm):  # type: ignore[misc] # unfold ships no types
    """The form of an account, without Django's words on hashes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if password := self.fields.get("password"):
            password.widget, password.help_text = PasswordLink(), ""


class NewStaffAccountForm(UserCreationForm):  # type: ignore[misc] # likewise
    """The form of a new account, which has a password: Django's lets it be without one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("password1", "password2"):
            self.fields[name].required = True


class SuperusersOnly:
    """Pages for superusers alone.

    People who may change accounts or groups can give themselves any permission.
    """

    permission_field = ""

    def formfield_for_manytomany(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **options: Any
    ) -> Any:
        """Show groups and abilities as boxes to tick, because two lists don't fit on a phone."""
        if db_field.name == self.permission_field:
            return AbilitiesField()
        options["widget"] = forms.CheckboxSelectMultiple({"class": "st-box"})
        return super().formfield_for_manytomany(db_field, request, **options)  # type: ignore[misc] # the admin's, which this class stands before

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **options: Any
    ) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **options)  # type: ignore[misc] # likewise
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget  # without links to add and change groups
        return field

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save groups and abilities, and keep the permissions that the form doesn't show."""
        own = getattr(form.instance, self.permission_field)
        hidden = list(own.exclude(pk__in=_shown()))
        super().save_related(request, form, formsets, change)  # type: ignore[misc] # likewise
        own.add(*hidden)

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


def _shown() -> list[int]:
    return list(known_permissions().values_list("pk", flat=True))


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and request.user.is_superuser)


def _renamed(opts: Any, name: str) -> Any:
    """Return a model's options with another name, for its pages alone.

    Renaming Django's model itself would need a migration in Django's app.
    """
    own = copy(opts)
    own.verbose_name, own.verbose_name_plural = name, f"{name}s"
    return own


@admin.register(User)
class StaffUserAdmin(SuperusersOnly, UserAdmin, StaffAdmin):  # type: ignore[misc,type-arg] # unfold ships no types
    """Accounts that may sign in."""

    add_label = "Create staff account"
    permission_field = "user_permissions"
    form = StaffAccountForm
    add_form = NewStaffAccountForm
    change_password_form = AdminPasswordChangeForm
    search_help_text = "Name or email address"
    list_display = [
        "username",
        "full_name",
        "address",
        "is_active",
        "administrator",
        "last_sign_in",
    ]
    list_filter = ["is_active"]
    readonly_fields = ["last_login", "date_joined"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "first_name", "last_name", "email", "password"]}),
        ("Access", {"fields": ["is_active", "is_staff", "is_superuser"]}),
        ("Abilities", {"fields": ["groups", "user_permissions"]}),
        ("Dates (UTC)", {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (
            None,
            {"fields": ["username", "first_name", "last_name", "email", "password1", "password2"]},
        )
    ]

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.opts = _renamed(self.opts, "staff account")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        if obj is None:
            return self.add_fieldsets
        has_groups = Group.objects.exists()
        return [
            (
                title,
                {"fields": [name for name in options["fields"] if has_groups or name != "groups"]},
            )
            for title, options in self.fieldsets
        ]

    @column("Name", ordering="last_name")
    def full_name(self, account: User) -> str:
        return account.get_full_name() or "–"

    @column("Administrator", ordering="is_superuser")
    def administrator(self, account: User) -> str:
        return "Yes" if account.is_superuser else "No"

    @column("Last sign-in (UTC)", ordering="last_login")
    def last_sign_in(self, account: User) -> str:
        return f"{account.last_login:%-d %b %Y, %H:%M}" if account.last_login else "Never"

    @column("Email address", ordering="email")
    def address(self, account: User) -> str:
        return account.email or "–"

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **options: Any
    ) -> Any:
        if db_field.name in FIELD_WORDS:
            options["label"], options["help_text"] = FIELD_WORDS[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **options)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save an account. A new one may open the staff pages, which is what it is for."""
        if not change:
            obj.is_staff = True
        super().save_model(request, obj, form, change)


@admin.register(Group)
class StaffGroupAdmin(SuperusersOnly, GroupAdmin, StaffAdmin):  # type: ignore[misc] # unfold ships no types
    """Sets of abilities, such as writing or sending campaigns."""

    list_title = "Staff accounts"
    empty_text = "A group gives several people the same abilities. Create one if you need it."
    add_label = "Create staff group"
    permission_field = "permissions"
    search_help_text = "Name of a group"
    change_form_template = "admin/auth/group/change_form.html"
    filter_horizontal = []

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.opts = _renamed(self.opts, "staff group")

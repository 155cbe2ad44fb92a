"""Staff accounts: who may sign in, and with which roles."""

from copy import copy
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, Field, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from newsletter.admin.columns import column
from newsletter.admin.lists import StaffAdmin
from newsletter.audit.record import record
from staff.accounts.invite import invite_again, inviter_name
from staff.accounts.mail import send_account_changed
from staff.accounts.roles_of import roles_of
from staff.accounts.second_factor_due import note_need
from staff.admin.account_form import AccountForm
from staff.admin.roles_field import RolesField, role_in_words
from staff.audit_actions import AccountAction
from staff.second_factor.factors import REAL
from staff.sessions.sessions import close_sessions
from staff.sign_in.recent_sign_in import sign_in_again, signed_in_recently
from staff.views.account import owner

admin.site.unregister(User)
# Groups are roles, which staff.roles describes.
admin.site.unregister(Group)

FIELD_WORDS = {
    "username": ("Username", "Up to 150 letters, digits and @ . + - _"),
    "email": ("Email address", ""),
    "is_active": (
        "Account is active",
        "Clear this box to stop someone signing in. Their account and history stay.",
    ),
}
"""Field → label and help, where Django's are about Django."""
NO_ROLE = "None"
SUPERUSER = "All (superuser)"
"""Superusers are made by Django's command alone. They may do what any role may, and what none may.
"""

OTHER_ADDRESS = (
    "An administrator changed its email address. Email about it no longer comes to this one."
)
"""To the address that the account had, whose owner may know nothing of it."""


def _renamed(opts: Any, name: str) -> Any:
    """Return a model's options with another name, for its pages alone.

    Renaming Django's model itself would need a migration in Django's app.
    """
    own = copy(opts)
    own.verbose_name, own.verbose_name_plural = name, f"{name}s"
    return own


@admin.register(User)
class AccountAdmin(UserAdmin, StaffAdmin):  # type: ignore[misc,type-arg] # unfold ships no types
    """Accounts that may sign in. Roles are all that they can be given.

    Accounts aren't deleted: the history of what somebody did would go with them. They are made
    inactive.
    """

    add_label = "Invite a colleague"
    form = add_form = AccountForm
    search_help_text = "Name or email address"
    list_display = [
        "username",
        "full_name",
        "address",
        "roles",
        "second_step",
        "is_active",
        "last_sign_in",
    ]
    list_filter = ["is_active"]
    readonly_fields = ["last_sign_in", "created"]
    filter_horizontal = []
    fieldsets = [
        (None, {"fields": ["username", "first_name", "last_name", "email", "password"]}),
        ("Access", {"fields": ["is_active", "groups"]}),
        ("Dates", {"fields": ["last_sign_in", "created"]}),
    ]
    fieldsets_to_read = [
        (None, {"fields": ["username", "first_name", "last_name", "email"]}),
        ("Access", {"fields": ["is_active", "roles_in_words"]}),
        ("Dates", {"fields": ["last_sign_in", "created"]}),
    ]

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.opts = _renamed(self.opts, "staff account")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        return self.fieldsets if self.has_change_permission(request) else self.fieldsets_to_read

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        accounts: QuerySet[User] = super().get_queryset(request)
        factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=REAL)
        return accounts.prefetch_related("groups").annotate(has_second_step=Exists(factors))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    @column("Name", ordering="last_name")
    def full_name(self, account: User) -> str:
        return account.get_full_name() or "–"

    @column("Roles")
    def roles(self, account: User) -> str:
        if account.is_superuser:
            return SUPERUSER
        return ", ".join(role.name for role in roles_of(account)) or NO_ROLE

    @column("Roles")
    def roles_in_words(self, account: User) -> SafeString | str:
        if account.is_superuser:
            return SUPERUSER
        each = ((role_in_words(role),) for role in roles_of(account))
        return format_html_join("", "<p>{}</p>", each) or NO_ROLE

    @column("Second step")
    def second_step(self, account: User) -> str:
        return "Set up" if account.has_second_step else "Not set up"  # type: ignore[attr-defined] # by get_queryset

    @column("Last sign-in (UTC)", ordering="last_login")
    def last_sign_in(self, account: User) -> str:
        if account.last_login:
            return f"{account.last_login:%-d %b %Y, %H:%M}"
        waits = account.is_active and not account.has_usable_password()
        return "Invited, not accepted yet" if waits else "Never"

    @column("Created (UTC)", ordering="date_joined")
    def created(self, account: User) -> str:
        return f"{account.date_joined:%-d %b %Y, %H:%M}"

    @column("Email address", ordering="email")
    def address(self, account: User) -> str:
        return account.email or "–"

    def formfield_for_dbfield(
        self, db_field: "Field[Any, Any]", request: HttpRequest, **options: Any
    ) -> Any:
        if db_field.name == "groups":
            return RolesField()
        if db_field.name in FIELD_WORDS:
            options["label"], options["help_text"] = FIELD_WORDS[db_field.name]
        return super().formfield_for_dbfield(db_field, request, **options)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Lead to the page for inviting: nobody types a password for somebody else."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        return redirect("account_invite")

    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        """Lead to the page that sends a link to a new password."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        return redirect("account_colleague", account_id=id)

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, *given: Any, **options: Any
    ) -> HttpResponse:
        if self.has_change_permission(request) and not signed_in_recently(request):
            return sign_in_again(request)
        page: HttpResponse = super().changeform_view(request, object_id, *given, **options)
        return page

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Save an account, which may open the staff pages and do what its roles say."""
        obj.is_staff, obj.is_superuser = True, False
        if not change:
            obj.save()
            return
        columns = {field.name for field in obj._meta.concrete_fields}
        typed = columns.intersection(form.changed_data)
        before = User.objects.select_for_update().get(pk=obj.pk)
        has_come = before.has_usable_password()
        # What a colleague changed meanwhile is left alone.
        obj.save(update_fields=[*typed, "is_staff", "is_superuser"])
        if "email" in typed and has_come:
            send_account_changed(obj, OTHER_ADDRESS, to=before.email)
        if typed & {"email", "is_active"} and not has_come:
            self._invite_anew(request, obj)
        if "is_active" in typed and not obj.is_active:
            close_sessions(obj)

    def _invite_anew(self, request: HttpRequest, account: User) -> None:
        """Send an invitation that wasn't accepted to the address that the account has now.

        The link of the former one doesn't work any more.
        """
        if invite_again(account, inviter=inviter_name(owner(request))):
            messages.success(request, f"Invitation sent to {account.email}.")

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the roles, which may need a second factor from now on."""
        account = form.instance
        before = _role_names(account)
        super().save_related(request, form, formsets, change)
        after = _role_names(account)
        note_need(account)
        if before != after:
            record(
                AccountAction.ROLES_CHANGED,
                account,
                label=self.audit_label(account),
                given=[name for name in after if name not in before],
                taken=[name for name in before if name not in after],
            )


def _role_names(account: User) -> list[str]:
    return [role.name for role in roles_of(User(pk=account.pk))]

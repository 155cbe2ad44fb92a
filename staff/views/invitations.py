"""Pages for inviting colleagues."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from staff.accounts.invite import (
    CannotInvite,
    invite,
    invite_again,
    inviter_name,
    open_invitations,
    withdraw,
)
from staff.accounts.mail import invitations_sent
from staff.accounts.names import MAXIMUM_NAME
from staff.admin.roles_field import RolesField
from staff.sign_in.recent_sign_in import recent_sign_in_required
from staff.views.account import owner
from staff.views.frame import render_page, staff_page

INVITE = "auth.add_user"
CHANGE = "auth.change_user"
MOST_SHOWN = 100


class InviteForm(forms.Form):
    """A colleague's name, address and roles."""

    name = forms.CharField(
        label="Name",
        max_length=MAXIMUM_NAME,
        error_messages={"required": "Enter a name."},
        widget=forms.TextInput({"class": "st-input", "autocomplete": "off"}),
    )
    email = forms.CharField(
        label="Email address",
        max_length=254,
        error_messages={"required": "Enter an email address."},
        help_text="We email a link to it. With that link, this person chooses a password.",
        widget=forms.EmailInput({"class": "st-input", "autocomplete": "off"}),
    )

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["roles"] = RolesField(
            required=True, error_messages={"required": "Choose at least one role."}
        )


@recent_sign_in_required
def _invite(request: HttpRequest) -> HttpResponse:
    form = InviteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        typed = {**form.cleaned_data}  # an error takes its field out of the form's own
        try:
            account = invite(
                typed["name"],
                email=typed["email"],
                roles=[group.name for group in typed["roles"]],
                inviter=inviter_name(owner(request)),
            )
        except CannotInvite as error:
            form.add_error(error.field, str(error))
            if pointer := _pointer(typed["email"]):
                form.add_error("email", pointer)
        else:
            messages.success(request, f"Invitation sent to {account.email}.")
            return redirect("account_invite")
    return render_page(
        request,
        "account/invite.html",
        "Invite a colleague",
        status=422 if form.errors else 200,
        form=form,
        waiting=invitations_sent(list(open_invitations()[:MOST_SHOWN])),
    )


def _pointer(email: str) -> str:
    """Return what to do where an account has this address already and can't be used yet."""
    if open_invitations().filter(email__iexact=email).exists():
        return "They haven’t accepted it yet. Press “Send again” below."
    if User.objects.filter(email__iexact=email, is_active=False).exists():
        return "It is inactive. Find it under “Staff accounts” to make it active again."
    return ""


@recent_sign_in_required
def _send_again(request: HttpRequest, account_id: int) -> HttpResponse:
    account = get_object_or_404(User, pk=account_id)
    if invite_again(account, inviter=inviter_name(owner(request))):
        messages.success(request, f"Invitation sent again to {account.email}.")
    else:
        messages.info(
            request,
            "Nothing was sent. This person has a password already, or the account is inactive or "
            "has no email address.",
        )
    return redirect("account_invite")


@recent_sign_in_required
def _withdraw(request: HttpRequest, account_id: int) -> HttpResponse:
    account = get_object_or_404(User, pk=account_id)
    if withdraw(account):
        messages.success(
            request,
            f"The invitation to {account.email} is withdrawn: its link no longer works, and the "
            f"account is inactive.",
        )
    else:
        messages.info(
            request,
            "Nothing was changed. This person has a password already, or the account is inactive.",
        )
    return redirect("account_invite")


invite_page = staff_page(_invite, permission=INVITE)
withdraw_page = staff_page(_withdraw, permission=CHANGE, page="account_invite")
send_again = staff_page(_send_again, permission=INVITE, page="account_invite")

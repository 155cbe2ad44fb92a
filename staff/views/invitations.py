"""Pages for inviting colleagues."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from staff.accounts.invite import CannotInvite, invite, invite_again, open_invitations
from staff.accounts.names import MAXIMUM_NAME
from staff.admin.roles_field import RolesField
from staff.sign_in.again import recent_sign_in_required
from staff.views.frame import render_page, staff_page

INVITE = "auth.add_user"


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
                inviter=_name_of(request),
            )
        except CannotInvite as error:
            form.add_error(error.field, str(error))
            if open_invitations().filter(email__iexact=typed["email"]).exists():
                form.add_error("email", "They haven’t accepted it yet. Press “Send again” below.")
        else:
            messages.success(request, f"Invitation sent to {account.email}.")
            return redirect("account_invite")
    return render_page(
        request,
        "account/invite.html",
        "Invite a colleague",
        status=422 if form.errors else 200,
        form=form,
        waiting=open_invitations()[:100],
    )


@recent_sign_in_required
def _send_again(request: HttpRequest, account_id: int) -> HttpResponse:
    account = get_object_or_404(User, pk=account_id)
    if invite_again(account, inviter=_name_of(request)):
        messages.success(request, f"Invitation sent again to {account.email}.")
    else:
        messages.info(request, "Nothing was sent: this person has a password already.")
    return redirect("account_invite")


def _name_of(request: HttpRequest) -> str:
    user = request.user
    return (user.get_full_name() if user.is_authenticated else "") or "An administrator"


invite_page = staff_page(_invite, permission=INVITE)
send_again = staff_page(_send_again, permission=INVITE, page="account_invite")

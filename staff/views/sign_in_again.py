"""The page that asks a person to show that it is still them."""

from typing import Any

from allauth.mfa.webauthn.internal.auth import begin_authentication
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from newsletter.audit.record import record
from staff.audit_actions import AccountAction
from staff.second_factor.code_forms import CodeAgainForm
from staff.second_factor.factors import factors_of
from staff.second_factor.passkey_forms import PasskeyAgainForm
from staff.sign_in.password_again import PasswordAgainForm
from staff.sign_in.recent_sign_in import NOT_DONE, posted_too_late, tell_not_done
from staff.sign_in.redirect import login_redirect, requested_page
from staff.views.account import owner
from staff.views.frame import render_page, staff_page


def _again(request: HttpRequest) -> HttpResponse:
    account = owner(request)
    destination = login_redirect(requested_page(request))
    factors = factors_of(account)
    ways: dict[str, Any] = {}
    if factors.passkeys:
        ways["credential"] = PasskeyAgainForm(_typed(request, "credential"), user=account)
    if factors.any:
        ways["code"] = CodeAgainForm(_typed(request, "code"), user=account)
    if account.has_usable_password():
        ways["password"] = PasswordAgainForm(_typed(request, "password"), request=request)
    for name, form in ways.items():
        if form.is_valid():
            form.save()
            record(
                AccountAction.SIGNED_IN_AGAIN, account, label=account.get_username(), way=WAYS[name]
            )
            tell_not_done(request)
            return redirect(destination)
    return render_page(
        request,
        "account/again.html",
        "Confirm that it’s you",
        status=422 if any(form.errors for form in ways.values()) else 200,
        next=destination,
        not_done=NOT_DONE if posted_too_late(request) else "",
        passkey_form=ways.get("credential"),
        code_form=ways.get("code"),
        password_form=ways.get("password"),
        passkey_options=begin_authentication(account) if factors.passkeys else None,
    )


WAYS = {"credential": "passkey", "code": "code", "password": "password"}
"""Field → how somebody showed it, in the audit log."""


def _typed(request: HttpRequest, field: str) -> Any:
    """Return what was sent, if it is for the form with this field."""
    return request.POST if request.method == "POST" and field in request.POST else None


again_page = staff_page(_again)

"""The page of an account's password and second steps: help for a colleague who has lost them."""

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from staff.accounts.passwords import send_link
from staff.second_factor.factors import clear_second_factors, factors_of
from staff.sign_in.recent_sign_in import recent_sign_in_required
from staff.views.frame import render_page, staff_page

CHANGE = "auth.change_user"
_PAGE = "account_colleague"


@recent_sign_in_required
def _colleague(request: HttpRequest, account_id: int) -> HttpResponse:
    account = get_object_or_404(User, pk=account_id)
    return render_page(
        request,
        "account/colleague.html",
        f"Help {account.get_full_name() or account.get_username()} sign in",
        account=account,
        factors=factors_of(account),
    )


@recent_sign_in_required
def _send_password(request: HttpRequest, account_id: int) -> HttpResponse:
    account = get_object_or_404(User, pk=account_id)
    if send_link(account):
        messages.success(request, f"A link to a new password was sent to {account.email}.")
    else:
        messages.error(
            request,
            "Nothing was sent. The account is not active, has no email address, or got such a "
            "link just now.",
        )
    return redirect(_PAGE, account_id=account_id)


@recent_sign_in_required
def _clear(request: HttpRequest, account_id: int) -> HttpResponse:
    account = get_object_or_404(User, pk=account_id)
    if "sure" not in request.POST:
        messages.error(request, "Nothing was changed. Tick the box that you have made sure first.")
    elif clear_second_factors(account, by=request.user.get_username()).any:
        messages.success(request, "All second steps are removed. This person is signed out.")
    else:
        messages.info(request, "Nothing was changed: this account has no second step.")
    return redirect(_PAGE, account_id=account_id)


colleague = staff_page(_colleague, permission=CHANGE)
send_password = staff_page(_send_password, permission=CHANGE, page=_PAGE, keeps_arguments=True)
clear = staff_page(_clear, permission=CHANGE, page=_PAGE, keeps_arguments=True)

"""The page of one's own account."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from staff.accounts.roles_of import roles_of
from staff.accounts.second_factor_due import second_factor_due_at
from staff.roles import ROLES, Action
from staff.second_factor.factors import factors_of
from staff.sessions.sessions import end_session, open_sessions, session_id
from staff.sign_in.recent_sign_in import recent_sign_in_required
from staff.views.frame import render_page, staff_page


def _account(request: HttpRequest) -> HttpResponse:
    account = owner(request)
    roles = list(ROLES.values()) if account.is_superuser else roles_of(account)
    actions = {action for role in roles for action in role.actions}
    factors = factors_of(account)
    due = None if factors.any else second_factor_due_at(account)
    return render_page(
        request,
        "account/account.html",
        "Your account",
        account=account,
        roles=roles,
        actions=[action.value for action in Action if action in actions],
        factors=factors,
        passkeys=[(row, row.wrap().name) for row in factors.passkeys],
        due=due,
        is_overdue=due is not None and due <= timezone.now(),
        sessions=open_sessions(account),
        this_session=session_id(request),
        idle_hours=int(settings.KEEP_SESSIONS.total_seconds()) // 3600,
    )


@recent_sign_in_required
def _sign_out_device(request: HttpRequest, number: int) -> HttpResponse:
    if end_session(owner(request), number):
        messages.success(request, "That device is signed out.")
    else:
        messages.info(request, "That device was signed out already.")
    return redirect("account")


def owner(request: HttpRequest) -> User:
    """Return whoever is signed in. The staff site lets nobody else through."""
    user = request.user
    assert isinstance(user, User)  # noqa: S101 - for the type checker
    return user


account_page = staff_page(_account)
sign_out_device = staff_page(_sign_out_device, page="account")

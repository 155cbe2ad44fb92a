"""The first page of signing in: username and password. Further steps are allauth's stages."""

from collections.abc import Callable, Mapping
from typing import Any

from allauth.account.internal.flows.login import (
    clear_authentication_records,
    perform_password_login,
)
from allauth.account.models import Login
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare

from staff.sign_in.form import LoginForm
from staff.sign_in.slowed import short_page, told_to_wait

_NAME_KEY = "sign_in_as"
"""Key in the session of whoever has just set a password: the username that they sign in with."""
_BEGUN_WITH = "begun_with"
"""Key of the digest of the password in allauth's state of a sign-in."""


class SignInView(LoginView):
    """Ask for username and password, then for a second step where the account has one."""

    authentication_form = LoginForm
    frame: Callable[[], Mapping[str, Any]] = dict
    """Makes what the layout of staff pages needs, once the page is to be shown."""

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "username": self.request.session.get(_NAME_KEY, "")}

    def get_context_data(self, **options: Any) -> dict[str, Any]:
        return super().get_context_data(**self.frame(), **options)

    def form_invalid(self, form: Any) -> HttpResponse:
        seconds = form.seconds_to_wait
        if form.is_refused_again and not self.request.user.is_authenticated:
            return short_page(self.request, seconds)
        page: HttpResponse = super().form_invalid(form)
        return told_to_wait(page, seconds) if seconds else page

    def form_valid(self, form: Any) -> HttpResponse:
        account = form.get_user()
        self.request.session.pop(_NAME_KEY, None)
        clear_authentication_records(self.request)  # of an attempt that was left halfway
        answer: HttpResponse = perform_password_login(
            self.request,
            {"username": account.get_username()},
            Login(
                user=account,
                redirect_url=self.get_success_url(),
                state={_BEGUN_WITH: account.get_session_auth_hash()},
            ),
        )
        return answer


def fill_in_username(request: HttpRequest, account: User) -> None:
    """Have the sign-in page filled in for whoever has just set the password of this account.

    By the session, because a URL is kept in histories and logs.
    """
    request.session[_NAME_KEY] = account.get_username()


def still_holds(login: Login) -> bool:
    """Return whether a sign-in that is on its way may go on.

    Not where the account has another password since, or is inactive: whoever it was taken from
    would otherwise have to wait for its end.
    """
    account = login.user
    return account.is_active and constant_time_compare(
        login.state.get(_BEGUN_WITH, ""), account.get_session_auth_hash()
    )

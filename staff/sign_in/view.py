"""The first page of signing in: username and password. Further steps are allauth's stages."""

from typing import Any

from allauth.account.internal.flows.login import (
    clear_authentication_records,
    perform_password_login,
)
from allauth.account.models import Login
from django.contrib.auth.views import LoginView
from django.http import HttpResponse

from staff.sign_in.form import LoginForm


class SignInView(LoginView):
    """Ask for username and password, then for a second step where the account has one."""

    authentication_form = LoginForm

    def form_valid(self, form: Any) -> HttpResponse:
        account = form.get_user()
        clear_authentication_records(self.request)  # of an attempt that was left halfway
        answer: HttpResponse = perform_password_login(
            self.request,
            {"username": account.get_username()},
            Login(user=account, redirect_url=self.get_success_url()),
        )
        return answer

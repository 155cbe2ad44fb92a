"""Pages for a password: the first by an invitation, a new one by a link, and its change."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from newsletter.core.addresses import BadAddress
from newsletter.core.requests.network import network_of
from newsletter.core.requests.rate_limits import count
from staff.accounts.links import INVITATION, PASSWORD, LinkKind, read
from staff.accounts.password_requests import ASKED_PER_NETWORK, ask_for_link
from staff.accounts.passwords import (
    LinkGone,
    change_password,
    set_password_by_link,
)
from staff.sessions.sessions import end_sessions, session_id
from staff.sign_in.recent_sign_in import recent_sign_in_required
from staff.sign_in.view import fill_in_username
from staff.views.frame import open_page, render_page, staff_page
from staff.views.password_form import NewPasswordForm

GONE = 410


class AskForm(forms.Form):
    """The email address of an account."""

    email = forms.CharField(
        label="Email address",
        max_length=254,
        error_messages={"required": "Enter your email address."},
        widget=forms.EmailInput({"class": "st-input", "autocomplete": "email"}),
    )


@open_page
def ask(request: HttpRequest) -> HttpResponse:
    """Mail a link to the owner of an account. The answer doesn't tell whether there is one."""
    form = AskForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        network = network_of(request.META)
        try:
            if count(lambda limiter: limiter.hit(ASKED_PER_NETWORK, "staff password", network)):
                ask_for_link(form.cleaned_data["email"], network=network)
            return redirect("account_password_asked")
        except BadAddress as error:
            form.add_error("email", str(error))
    status = 422 if form.errors else 200
    return render_page(
        request, "account/ask.html", "Choose a new password", status=status, form=form
    )


@open_page
def asked(request: HttpRequest) -> HttpResponse:
    """Say that a link may be on its way."""
    return render_page(request, "account/asked.html", "Check your email")


@open_page
def invitation(request: HttpRequest) -> HttpResponse:
    """Set the first password of an account."""
    return _by_link(request, INVITATION, "Choose a password")


@open_page
def new_password(request: HttpRequest) -> HttpResponse:
    """Set a new password by a link."""
    return _by_link(request, PASSWORD, "Choose a new password")


def _by_link(request: HttpRequest, kind: LinkKind, title: str) -> HttpResponse:
    token = request.GET.get("token", "")
    account = read(token, kind)
    if account is None:
        return _gone(request, kind)
    form = NewPasswordForm(account, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            set_password_by_link(token, kind, form.cleaned_data["new_password1"])
        except LinkGone:
            return _gone(request, kind)
        messages.success(
            request, f"Your password is set. Sign in with it now, as {account.get_username()}."
        )
        fill_in_username(request, account)
        return redirect("admin:login")
    return render_page(
        request,
        "account/new_password.html",
        title,
        status=422 if form.errors else 200,
        form=form,
        account=account,
    )


def _gone(request: HttpRequest, kind: LinkKind) -> HttpResponse:
    return render_page(
        request,
        "account/link_gone.html",
        "This link no longer works",
        status=GONE,
        is_invitation=kind is INVITATION,
    )


@recent_sign_in_required
def _change(request: HttpRequest) -> HttpResponse:
    account: Any = request.user
    assert isinstance(account, User)  # noqa: S101 - for the type checker
    form = NewPasswordForm(account, request.POST if request.method == "POST" else None)
    if form.is_valid():
        change_password(account, form.cleaned_data["new_password1"])
        end_sessions(account, but=[session_id(request)])
        update_session_auth_hash(request, account)
        messages.success(request, "Your password is changed. Other devices are signed out.")
        return redirect("account")
    return render_page(
        request,
        "account/change_password.html",
        "Change password",
        status=422 if form.errors else 200,
        form=form,
        back=reverse("account"),
    )


change = staff_page(_change)

"""Answers to django-allauth while somebody signs in, and to its news of an account."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from newsletter.core.requests.network import network_of
from staff.accounts.mail import send_account_changed
from staff.sessions.sessions import forget_session
from staff.sign_in.after_sign_in import note_arrival
from staff.sign_in.known_device import remember_device
from staff.sign_in.redirect import login_redirect

CHANGES = {
    "mfa/email/totp_activated": "An authenticator app was added.",
    "mfa/email/totp_deactivated": "The authenticator app was removed.",
    "mfa/email/webauthn_added": "A passkey was added.",
    "mfa/email/webauthn_removed": "A passkey was removed.",
    "mfa/email/recovery_codes_generated": "New recovery codes were made. The old ones don’t work.",
}
"""allauth's emails → our words."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    """Nobody signs up; whoever has passed all steps is let in; words and mail are ours."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return the network: the address itself is never kept."""
        return network_of(request.META)

    def login(self, request: HttpRequest, user: Any) -> None:
        """Let in whoever has passed all steps."""
        is_first = user.last_login is None
        forget_session(request)  # of whoever was signed in here, as after a second click
        super().login(request, user)
        note_arrival(request, user, is_first=is_first)

    def post_login(
        self, request: HttpRequest, user: Any, *, redirect_url: str | None, **options: Any
    ) -> HttpResponse:
        page = redirect(login_redirect(redirect_url or ""))
        remember_device(user, page)
        return page

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        return redirect("admin:login")

    def add_message(self, *given: Any, **options: Any) -> None:
        """Say nothing: our views do."""

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: Any = None, email: str | None = None
    ) -> None:
        if what := CHANGES.get(template_prefix):
            send_account_changed(user, what)

"""Leading whoever needs a second factor to the page that sets one up."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from staff.second_factor.factors import must_set_up

OPEN_PAGES = frozenset(
    {
        "account",
        "account_password",
        "account_codes",
        "account_end_session",
        "account_again",
        "mfa_activate_totp",
        "mfa_deactivate_totp",
        "mfa_add_webauthn",
        "mfa_remove_webauthn",
        "logout",
        "jsi18n",
    }
)
"""Names of the URLs that open without a second factor: those of one's own account, where one is set
up. None of them is for a role's work, such as inviting somebody.
"""

View = Callable[..., HttpResponseBase]


def second_factor_required(view: View) -> View:
    """Lead an account whose days of grace are over to its own page, whatever it opens or posts."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if _is_open(request) or not must_set_up(request.user):  # type: ignore[arg-type] # the staff site lets nobody through who isn't signed in
            return view(request, *args, **kwargs)
        if getattr(request, "htmx", False):
            return HttpResponseClientRedirect(reverse("account"))
        return redirect("account")

    return wrapper


def _is_open(request: HttpRequest) -> bool:
    match = request.resolver_match
    return match is not None and match.url_name in OPEN_PAGES

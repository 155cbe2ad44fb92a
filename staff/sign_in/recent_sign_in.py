"""Signing in again: before what can't be undone, a person shows that it is still them."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

View = Callable[..., HttpResponseBase]

TIME_TO_FILL_IN = timedelta(minutes=30)
"""Added for what is posted: its page was opened before, and filling it in takes time."""
NOT_DONE = (
    "Nothing was saved or sent yet, because it is a while since you signed in. Confirm that it’s "
    "you, then do it once more."
)
DO_IT_AGAIN = "Nothing was saved or sent before you confirmed that it’s you. Do it once more now."
_NOT_DONE_KEY = "posted_too_late"
"""Key in the session of whoever was asked because of what they posted."""


def signed_in_recently(request: HttpRequest, *, button: bool = False) -> bool:
    """Return whether this person has shown that it is them, recently enough for this request.

    SIGNED_IN_RECENTLY counts for opening a page. A form that is posted may come TIME_TO_FILL_IN
    later.

    Args:
        button: nothing is filled in before it is pressed, so no time is added.
    """
    records = get_authentication_records(request, request.user)
    newest: float = max((each["at"] for each in records), default=0.0)
    limit = settings.SIGNED_IN_RECENTLY
    if request.method == "POST" and not button:
        limit += TIME_TO_FILL_IN
    return time.time() - newest < limit.total_seconds()


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Lead to the page that asks for it. From there one comes back to this page.

    Whatever is only posted to leads whoever reads it to the page of its button. Whoever posted
    something is told that it wasn't done: there, and once more where they come back to.
    """
    if request.method == "POST":
        request.session[_NOT_DONE_KEY] = True
    else:
        request.session.pop(_NOT_DONE_KEY, None)
    again = f"{reverse('account_again')}?{urlencode({'next': request.get_full_path()})}"
    if getattr(request, "htmx", False):
        return HttpResponseClientRedirect(again)
    return redirect(again)


def sign_in_again_unless_recent(request: HttpRequest) -> HttpResponse | None:
    """Ask whoever presses a button to sign in again, if it was long ago. None: it wasn't."""
    return None if signed_in_recently(request, button=True) else sign_in_again(request)


def posted_too_late(request: HttpRequest) -> bool:
    """Return whether this person was asked because of something that they posted."""
    return _NOT_DONE_KEY in request.session


def tell_not_done(request: HttpRequest) -> None:
    """Tell whoever has confirmed that it is them to do once more what wasn't done."""
    if request.session.pop(_NOT_DONE_KEY, False):
        messages.warning(request, DO_IT_AGAIN)


def recent_sign_in_required(view: View) -> View:
    """Ask whoever opens or posts to `view` to sign in again, if it was long ago.

    The page itself asks, too, so that what is filled in there isn't lost when it is sent.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if signed_in_recently(request):
            return view(request, *args, **kwargs)
        return sign_in_again(request)

    return wrapper

"""The answer to an attempt to sign in that came too soon."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from newsletter.brand.current import current_brand
from newsletter.core.plural import number_of
from newsletter.public_pages.kept_value import VALUES

TOO_MANY_REQUESTS = 429
"""RFC 6585, section 4."""


def told_to_wait(page: HttpResponse, seconds: int) -> HttpResponse:
    """Have programs understand, too, that the next attempt has to wait.

    Nothing is logged: a flood of guesses would be a flood of lines. The audit log tells of it.
    """
    page._has_been_logged = True  # type: ignore[attr-defined] # read by django.utils.log
    page.status_code = TOO_MANY_REQUESTS
    page["Retry-After"] = str(seconds)
    return page


def short_page(request: HttpRequest, seconds: int) -> HttpResponse:
    """Answer whoever goes on although they were told to wait.

    The page has nothing of the request. It is made once, because whoever guesses sends thousands,
    and to make the whole sign-in page for each costs three times as much.

    Args:
        request: of somebody who isn't signed in.
        seconds: until the next attempt.
    """
    minutes = number_of(max(1, -(-seconds // 60)), "minute")

    def make() -> str:
        texts = {"title": "Wait before you try again", "wait": minutes, "brand": current_brand()}
        # Without the request, whose messages are for one person.
        return render_to_string(
            "account/slowed.html", {**admin.site.each_context(request), **texts}
        )

    return told_to_wait(HttpResponse(VALUES.value(("sign-in", minutes), make)), seconds)

"""The page that a sign-in ends on: a staff page that was asked for, or else the dashboard."""

from urllib.parse import unquote, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

MAXIMUM_LENGTH = 2_000
"""Characters of a URL."""
EXCLUDED = frozenset({"login", "logout"})
ACCOUNT_PAGES = "staff/account/"
"""The beginning of the routes of one's own account, which are no pages of the admin site."""


def requested_page(request: HttpRequest) -> str:
    """Return the URL that a sign-in names in its form or, failing that, its query, unchecked."""
    return str(request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or "")


def login_redirect(raw: str) -> str:
    """Return the URL to go to after the sign-in.

    Args:
        raw: from a link or a form, which anybody may have made. It must be the path of a page of
            the staff site. Resolving it tells; comparing beginnings would believe /staff/../ and
            whatever else browsers tidy up.
    """
    return raw if _is_staff_page(raw) else reverse("admin:index")


def _is_staff_page(raw: str) -> bool:
    if (
        len(raw) > MAXIMUM_LENGTH
        or not raw.isprintable()
        or "\\" in raw
        or not url_has_allowed_host_and_scheme(raw, allowed_hosts=None)
    ):
        return False
    path = unquote(urlsplit(raw).path)
    if any(part in ("", ".", "..") for part in path.strip("/").split("/")):
        return False
    try:
        match = resolve(path)
    except Resolver404:
        return False
    if match.route.startswith(ACCOUNT_PAGES):
        return True
    # The site's last pattern catches whatever no page answers; it has no name.
    return (
        match.namespace == "admin" and match.url_name is not None and match.url_name not in EXCLUDED
    )

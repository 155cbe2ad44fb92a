"""Where a login leads to: to the staff page that somebody came for, else to the dashboard; never out of the staff pages."""

from urllib.parse import unquote, urlsplit

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

LONGEST = 2_000
"""Characters of an address."""
NO_PAGES = frozenset({"login", "logout"})


def asked_for(request: HttpRequest) -> str:
    """The address that a login names in its form or, failing that, in its own address; as it came."""
    return str(request.POST.get(REDIRECT_FIELD_NAME) or request.GET.get(REDIRECT_FIELD_NAME) or "")


def way_in(raw: str) -> str:
    """The address after the login.

    Args:
        raw: what a link or a form names, which may be anybody's. It must be the path of a page of
            the staff site: resolving it says so, where comparing beginnings would believe
            /staff/../ and whatever else browsers tidy up.
    """
    return raw if _is_staff_page(raw) else reverse("admin:index")


def _is_staff_page(raw: str) -> bool:
    if (
        len(raw) > LONGEST
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
    # The site's last pattern catches whatever no page answers; it has no name.
    return (
        match.namespace == "admin" and match.url_name is not None and match.url_name not in NO_PAGES
    )

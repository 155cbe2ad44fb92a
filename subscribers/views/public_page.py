"""Decorators and helpers that all public pages share."""

from collections.abc import Callable
from functools import wraps

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, QueryDict, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from newsletter.core.requests.network import network_of
from newsletter.core.requests.untrusted_proxy import note_proxy
from newsletter.public_pages.version import one_version, public_version

UNPROCESSABLE = 422
"""The status of a form that is shown again with messages."""

type View = Callable[..., HttpResponse]


def public_page(view: View) -> View:
    """Serve a page with a form: GET and HEAD show it, POST acts, other methods are refused.

    No cookie is set, and no copy is kept in caches. What is kept for pages is of one version.
    """
    allowed = require_http_methods(["GET", "HEAD", "POST"])
    return csrf_exempt(never_cache(allowed(as_of_one_moment(view))))


def as_of_one_moment(view: View) -> View:
    """Answer a request by one version of what public pages show."""

    @wraps(view)
    def answered(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with one_version():
            if request.method != "POST":
                # First of all, since it also tells whether a kept connection is well.
                public_version()
            return view(request, *args, **kwargs)

    return answered


def network_of_request(request: HttpRequest) -> str:
    """Return the network that the request comes from."""
    note_proxy(request.META)
    return network_of(request.META)


def posted(request: HttpRequest) -> QueryDict:
    """Return the fields of a POST; none where its body can't be read.

    For pages on which the token alone says what to do.
    """
    try:
        return request.POST
    except (BadRequest, SuspiciousOperation, MultiPartParserError, UnreadablePostError):
        return QueryDict()

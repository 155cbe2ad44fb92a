"""Embedding: which other websites may show a page in a frame."""

from collections.abc import Callable
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csp import csp_override

type View = Callable[..., HttpResponse]


def framable(view: View) -> View:
    """Let EMBED_ORIGINS put the page into a frame. Without any, nobody may."""

    @wraps(view)
    def framed(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        origins = list(settings.EMBED_ORIGINS)
        policy = {**settings.SECURE_CSP, "frame-ancestors": origins or ["'none'"]}
        response = csp_override(policy)(view)(request, *args, **kwargs)
        # X-Frame-Options knows no list of origins; every browser that we serve obeys
        # frame-ancestors.
        response.xframe_options_exempt = bool(origins)  # read by XFrameOptionsMiddleware
        return response

    return framed

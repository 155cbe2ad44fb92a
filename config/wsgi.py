"""The web application for gunicorn: `gunicorn config.wsgi`."""

import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class WithoutMiddleware(WSGIHandler):
    """A handler with the same URLs and views, and without middleware.

    What sessions, cookies and policies of pages cost is several times a webhook's own work.
    """

    def load_middleware(self, is_async: bool = False) -> None:
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        self._middleware_chain = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined] # unknown to django-stubs


def without_charset(content_type: str) -> str:
    """Return a Content-Type with its boundary as the only parameter.

    Everything is read as UTF-8, in which browsers send our forms. Django would decode a request's
    address and form by whatever codec it names, and fail where that is none for text; an opt-out
    would be lost.
    """
    kind, *parameters = content_type.split(";")
    kept = (each for each in parameters if each.strip().lower().startswith("boundary="))
    return ";".join([kind, *kept])


_pages = get_wsgi_application()
_webhooks = WithoutMiddleware()


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request (WSGI).

    Providers come by the thousand and give up within seconds, so their requests go straight to the
    view.
    """
    environ["CONTENT_TYPE"] = without_charset(environ.get("CONTENT_TYPE", ""))
    handler = _webhooks if environ.get("PATH_INFO", "").startswith("/webhooks/") else _pages
    return handler(environ, start_response)

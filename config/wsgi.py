"""The web application for gunicorn: `gunicorn config.wsgi`."""

import os
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.conf import settings
from django.core.handlers.exception import convert_exception_to_response
from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from django.utils.module_loading import import_string
from structlog.contextvars import bind_contextvars, clear_contextvars

from newsletter.core.requests.page_language import has_language, split_language
from newsletter.metrics.measure import count_request, is_measured

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


class PartOfMiddleware(WSGIHandler):
    """A handler with the same URLs and views, and with some of the middleware alone.

    What sessions, cookies and policies of pages cost is several times a webhook's own work.
    """

    def __init__(self, middleware: Sequence[str]) -> None:
        """Make the handler.

        Args:
            middleware: dotted paths, the outermost first. None of them has further hooks, such as
                `process_view`.
        """
        self._paths = middleware
        super().__init__()

    def load_middleware(self, is_async: bool = False) -> None:
        self._view_middleware: list[Any] = []
        self._template_response_middleware: list[Any] = []
        self._exception_middleware: list[Any] = []
        chain = convert_exception_to_response(self._get_response)  # type: ignore[attr-defined] # unknown to django-stubs
        for path in reversed(self._paths):
            chain = convert_exception_to_response(import_string(path)(chain))
        self._middleware_chain = chain


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
_webhooks = PartOfMiddleware([])
_public_pages = PartOfMiddleware(settings.PUBLIC_MIDDLEWARE)


def _handler_of(path: str) -> WSGIHandler:
    """Return what answers a path.

    Providers come by the thousand and give up within seconds, so their requests go straight to the
    view; and so, nearly, do forms and pages for everybody.
    """
    if path.startswith("/webhooks/"):
        return _webhooks
    if path.startswith(settings.STATIC_URL) or not has_language(split_language(path)[1]):
        return _pages
    return _public_pages


def _pages_of(path: str) -> str:
    """Return which pages a path belongs to: `static`, `public`, or those without languages."""
    if path.startswith(settings.STATIC_URL):
        return "static"
    path = split_language(path)[1]
    return "public" if has_language(path) else path.removeprefix("/").partition("/")[0]


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer one request (WSGI). The lines that it logs have an id in common."""
    clear_contextvars()  # of the request that this thread answered before
    bind_contextvars(request=secrets.token_hex(4))
    environ["CONTENT_TYPE"] = without_charset(environ.get("CONTENT_TYPE", ""))
    path = environ.get("PATH_INFO", "")
    began = time.perf_counter()
    answer = _handler_of(path)(environ, start_response)
    if is_measured():
        # A file that gunicorn sends by itself has no status, and was found.
        status = getattr(answer, "status_code", 200)
        count_request(_pages_of(path), status, time.perf_counter() - began)
    return answer

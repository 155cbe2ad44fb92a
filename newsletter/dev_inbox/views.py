"""Pages of the development inbox, which show mail as a mail program would. They change nothing."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from newsletter.core.loopback import is_loopback
from newsletter.core.numbers import whole_number
from newsletter.dev_inbox.message_list import MessageFilter, page_around, page_of
from newsletter.dev_inbox.stored_message import StoredMail
from newsletter.models import InboxMessage
from newsletter.rendering.email_csp import EMAIL_POLICY
from newsletter.states import Stream

PAGE_POLICY: dict[str, list[str]] = {**settings.SECURE_CSP, "frame-src": [CSP.SELF]}

NEEDED = ("subscribers.view_subscriber", "auth.change_user")
"""Whoever has both could do as much without the links in these messages."""
VIEWS = {"html": "Email", "text": "Text", "headers": "Headers", "source": "Source"}
LONGEST_SOURCE = 400_000
"""Characters of the source shown on the page; the download has all of it."""


def _inbox_page[**P](view: Callable[P, HttpResponse]) -> Callable[P, HttpResponse]:
    """Serve a page of the inbox: for reading only, and beyond this machine for few of the staff.

    Links stand in it by which subscribers confirm, and staff set their passwords.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request = args[0]
        assert isinstance(request, HttpRequest)  # noqa: S101 - Django's promise
        if not is_loopback(urlsplit(settings.SITE_URL).hostname or ""):
            if not request.user.is_staff:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perms(NEEDED):
                raise PermissionDenied
        response = view(*args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return require_safe(guarded)


@_inbox_page
@csp_override(PAGE_POLICY)
def inbox(request: HttpRequest) -> HttpResponse:
    """Show the list, newest first."""
    wanted = _wanted(request)
    before, after = (whole_number(request.GET.get(name, "")) for name in ("before", "after"))
    page = page_of(wanted, before=before, after=after)
    return render(request, "inbox/list.html", _list(wanted, page))


@_inbox_page
@csp_override(PAGE_POLICY)
def inbox_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one message among its neighbours: email, text, headers or source."""
    row, mail = _open(pk)
    wanted = _wanted(request)
    asked = request.GET.get("view", "")
    view = asked if asked in VIEWS else "html" if mail.html else "text"
    source = mail.source if view == "source" else ""
    context = {
        "message": row,
        "mail": mail,
        "sender_line": mail.header("From"),
        "recipient_line": mail.header("To"),
        "list_unsubscribe": mail.header("List-Unsubscribe"),
        "view": view,
        "views": VIEWS,
        "width": "phone" if request.GET.get("width") == "phone" else "desktop",
        "one_click_path": _path_here(mail.one_click_url),
        "source": source[:LONGEST_SOURCE],
        "source_is_cut": len(source) > LONGEST_SOURCE,
        **_list(wanted, page_around(wanted, pk=pk)),
    }
    return render(request, "inbox/message.html", context)


@_inbox_page
@csp_override(EMAIL_POLICY)
def inbox_html(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the HTML part alone, for the sandboxed frame."""
    _, mail = _open(pk)
    if not mail.html:
        raise Http404
    return HttpResponse(
        mail.html_for_frame,
        content_type="text/html; charset=utf-8",
        headers={"X-Frame-Options": "SAMEORIGIN"},
    )


@_inbox_page
def inbox_source(request: HttpRequest, pk: int) -> HttpResponse:
    """Download the whole message, byte for byte, as a file that mail programs open."""
    row, mail = _open(pk)
    return _download(mail.raw, filename=f"message-{row.pk}.eml", content_type="message/rfc822")


@_inbox_page
def inbox_attachment(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Download one attached file. It is never shown: its type is whatever the sender said."""
    _, mail = _open(pk)
    for file in mail.attachments:
        if file.number == number:
            return _download(
                file.content, filename=file.filename, content_type="application/octet-stream"
            )
    raise Http404


def _open(pk: int) -> tuple[InboxMessage, StoredMail]:
    row = get_object_or_404(InboxMessage, pk=pk)
    return row, StoredMail(row)


def _wanted(request: HttpRequest) -> MessageFilter:
    return MessageFilter.read(search=request.GET.get("q", ""), stream=request.GET.get("stream", ""))


def _list(wanted: MessageFilter, page: object) -> dict[str, Any]:
    kept = {
        name: value for name, value in (("q", wanted.search), ("stream", wanted.stream)) if value
    }
    streams = [("", "All"), *Stream.choices]
    return {"wanted": wanted, "page": page, "kept": urlencode(kept), "streams": streams}


def _path_here(url: str) -> str:
    """Return the path of a URL of this site; empty for other sites.

    It is posted to on whatever host name the tester uses.
    """
    return url.removeprefix(settings.SITE_URL) if url.startswith(f"{settings.SITE_URL}/") else ""


def _download(content: bytes, *, filename: str, content_type: str) -> HttpResponse:
    safe = quote(filename.replace("/", "_").replace("\\", "_"), safe="")
    return HttpResponse(
        content,
        content_type=content_type,
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{safe}"},
    )

"""Downloading all that is held of a person, by a link of its own that is mailed to the owner."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from newsletter.core.addresses import masked_address
from newsletter.core.tokens import Purpose
from newsletter.public_pages.page_for_one import page_for_one
from subscribers.people.held_data.files import as_html, as_json
from subscribers.people.held_data.may_download import may_download
from subscribers.views.owner_link import owner_of, refuse
from subscribers.views.public_page import posted, public_page

TOO_MANY_REQUESTS = 429


@public_page
def download_page(request: HttpRequest, token: str) -> HttpResponse:
    """Offer the two files; on POST, give one.

    Not on GET: programs that look through mail open its links, and would carry the file away.
    """
    subscriber = owner_of(request, token, Purpose.DOWNLOAD)
    if subscriber is None:
        return refuse(request, token, Purpose.DOWNLOAD)
    is_too_often = request.method == "POST" and not may_download(subscriber.pk)
    if request.method != "POST" or is_too_often:
        return page_for_one(
            request,
            "subscribers/download.html",
            {"address": masked_address(subscriber.email)},
            shape=is_too_often,
            context=lambda: {"is_too_often": is_too_often},
            status=TOO_MANY_REQUESTS if is_too_often else 200,
        )
    if posted(request).get("format") == "html":
        return _file(as_html(subscriber), "text/html", "html")
    return _file(as_json(subscriber), "application/json", "json")


def _file(content: str, content_type: str, ending: str) -> HttpResponse:
    name = f"your-data-{timezone.now():%Y-%m-%d}.{ending}"
    return HttpResponse(
        content,
        content_type=f"{content_type}; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )

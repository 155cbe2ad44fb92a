"""The address of a counted link: it leads on, and counts the opening, but not whose it was."""

import logging
import re

from crawleruseragents import is_crawler
from django.db import DatabaseError
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from campaigns.models import CountedLink
from newsletter.core.db.lock import brief_transaction

logger = logging.getLogger(__name__)

_TOKEN = re.compile(r"[A-Za-z0-9_-]{22}")


@never_cache
@require_safe
def counted_link(request: HttpRequest, token: str) -> HttpResponse:
    """Lead on to where a link of an email leads, and count a GET.

    The page that it leads to learns neither this address nor which email it was in.
    """
    known = CountedLink.objects.filter(token=token).only("url")
    # What is no token isn't asked for: PostgreSQL refuses NUL.
    link = known.first() if _TOKEN.fullmatch(token) else None
    if link is None:
        raise Http404
    if request.method == "GET":
        _count(link, column="opened" if is_a_persons_browser(request) else "by_programs")
    answer = HttpResponseRedirect(link.url)
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def is_a_persons_browser(request: HttpRequest) -> bool:
    """Return whether a request looks like a person's who follows a link in a browser.

    Browsers of these years say that they go to a page, and whether they only fetch it ahead (Fetch
    Metadata and Resource Hints, W3C). Scanners of mailbox providers mostly don't, or give a name of
    a program. Those that drive a whole browser can't be told apart.
    """
    sent = request.headers
    return (
        sent.get("Sec-Fetch-Mode") == "navigate"
        and sent.get("Sec-Fetch-Dest") == "document"
        and not any(name in sent for name in ("Sec-Purpose", "Purpose", "X-Moz"))
        and not is_crawler(sent.get("User-Agent", ""))
    )


def _count(link: CountedLink, *, column: str) -> None:
    """Count one opening. Whoever opens a link must not wait in vain because it can't be counted."""
    try:
        with brief_transaction():
            CountedLink.objects.filter(pk=link.pk).update(**{column: F(column) + 1})
    except DatabaseError:
        logger.exception("The opening of a link could not be counted")

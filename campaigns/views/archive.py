"""The archive: the list of letters, and one letter as anybody may read it."""

from uuid import UUID

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from campaigns.content.archive import archived_campaigns, archived_letter, list_letters, readable_campaigns
from newsletter.rendering.policy import LETTER_POLICY

LETTERS_A_PAGE = 20

UNFRAMED_LETTER_POLICY: dict[str, list[str]] = {**LETTER_POLICY, "frame-ancestors": [CSP.NONE]}
"""In the archive a letter is a page of its own: as safe as a frame, without a scroll bar inside of a phone's page."""


@require_safe
def archive(request: HttpRequest) -> HttpResponse:
    """Letters that have been sent, the latest first."""
    page = Paginator(archived_campaigns(), LETTERS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "campaigns/archive.html", {"page": page, "letters": list_letters(page.object_list)})


@require_safe
@csp_override(UNFRAMED_LETTER_POLICY)
def archive_letter(request: HttpRequest, slug: UUID) -> HttpResponse:
    """One letter, in its own clothes. `?language=` asks for another of its languages."""
    campaign = get_object_or_404(readable_campaigns(), slug=slug)
    letter = archived_letter(campaign, language=request.GET.get("language", ""))
    if letter is None:
        raise Http404
    response = HttpResponse(letter.html)
    response["Referrer-Policy"] = "no-referrer"
    return response

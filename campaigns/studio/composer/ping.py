"""The ping of an open composer, which tells who else has the same language open."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from campaigns.content.editors import forget_editor, note_editor
from campaigns.models import Campaign
from campaigns.studio.composer.languages import languages_of
from campaigns.studio.decorators import COMPOSE, campaign_view
from newsletter.rendering.blocks.ids import is_id

BAD_REQUEST = 400


@campaign_view("POST", permission=COMPOSE, page="content", shows_row=False)
def ping(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    """Note an open page, and say in words who else has it open. With `left` it was closed."""
    tab = request.POST.get("tab", "")
    user = request.user
    if not is_id(tab) or language not in languages_of(campaign) or not user.is_authenticated:
        return JsonResponse({}, status=BAD_REQUEST)
    if "left" in request.POST:
        forget_editor(campaign, language=language, account=user, tab=tab)
        return JsonResponse({"others": ""})
    others = note_editor(campaign, language=language, account=user, tab=tab, now=timezone.now())
    return JsonResponse({"others": _in_words(others)})


def _in_words(names: list[str]) -> str:
    if not names:
        return ""
    if names == [""]:
        return "You have this open in another tab, too. Write in one of them."
    *first, last = [name for name in names if name]
    listed = f"{', '.join(first)} and {last}" if first else last
    verb = "have" if first else "has"
    return f"{listed} {verb} this open, too. Agree who writes, because only one version is kept."

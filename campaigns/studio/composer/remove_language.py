"""The page that asks before one language of a campaign is removed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.content.content_version import content_version
from campaigns.content.edit_content import remove_content
from campaigns.content.open_for_edit import NotEditable
from campaigns.edit_conflict import EditConflict
from campaigns.models import Campaign
from campaigns.studio.decorators import (
    COMPOSE,
    campaign_view,
    page_context,
    seen_in,
    studio_url,
    warn_if_draft_again,
)
from newsletter.core.languages import language_name, lookup_language


@campaign_view("GET", "POST", permission=COMPOSE, to_read=COMPOSE)
def remove_language(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    """Ask, and remove the language when the button of this page is pressed."""
    if request.method != "POST" and not campaign.is_editable:
        return redirect(studio_url("progress", campaign))
    content = campaign.contents.filter(language=language).first()
    if language == campaign.language:
        raise Http404
    if request.method == "POST":
        return _remove(request, campaign, language)
    if content is None:
        raise Http404
    context = page_context(
        request,
        campaign,
        step="content",
        language=language,
        seen=content_version(content),
        name=language_name(language),
        instead=_instead(campaign, language),
        main_name=language_name(campaign.language),
    )
    return TemplateResponse(request, "studio/remove_language.html", context)


def _instead(campaign: Campaign, language: str) -> str:
    """Return the name of the version that recipients get without `language`, "" if there is none.

    It is the one that `campaigns.sending.content_language` chooses for them.
    """
    written = set(campaign.contents.values_list("language", flat=True)) - {language}
    chosen = lookup_language(language, written) or campaign.language
    return language_name(chosen) if chosen in written else ""


def _remove(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    before = campaign.status
    try:
        removed = remove_content(campaign, language=language, seen=seen_in(request.POST))
    except EditConflict:
        messages.error(
            request,
            f"Nothing was removed: the {language_name(language)} version was saved again after you "
            f"opened the page. Look at it first.",
        )
        return redirect(studio_url("content", campaign, language))
    except NotEditable:
        messages.error(
            request,
            "Nothing was removed: this campaign has been sent or cancelled in the meantime.",
        )
        return redirect(studio_url("progress", campaign))
    if not removed:
        messages.info(
            request, f"Nothing was changed: there is no {language_name(language)} version any more."
        )
        return redirect(studio_url("content", campaign, campaign.language))
    messages.success(request, f"{language_name(language)} version removed.")
    warn_if_draft_again(request, campaign, before)
    return redirect(studio_url("content", campaign, campaign.language))

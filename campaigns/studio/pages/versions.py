"""The versions of a campaign: a list, and the difference of each from what is written now."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from campaigns.content.check_content import ContentError
from campaigns.content.compare_content import NOTHING, compare_content
from campaigns.content.content_version import content_version
from campaigns.content.open_for_edit import NotEditable
from campaigns.content.versions import (
    MAXIMUM_NAME,
    content_now,
    contents_now,
    name_version,
    restore_version,
)
from campaigns.edit_conflict import EditConflict
from campaigns.models import Campaign, CampaignVersion
from campaigns.studio.decorators import (
    COMPOSE,
    campaign_view,
    page_context,
    studio_url,
    warn_if_draft_again,
)
from campaigns.studio.languages import language_choices
from newsletter.core.languages import language_name
from newsletter.rendering.content_errors import as_sentence


@campaign_view("GET", "POST", permission=COMPOSE)
def list_versions(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """List the versions, the newest first, or keep what is written now under a name."""
    typed, error = request.POST.get("name", ""), ""
    if request.method == "POST":
        try:
            version = name_version(campaign, typed)
        except ContentError as refused:
            error = as_sentence(refused.problem)
        else:
            messages.success(request, f"Version “{version.name}” is kept.")
            return redirect(studio_url("versions", campaign))
    versions = CampaignVersion.objects.filter(campaign=campaign).order_by("-pk")
    context = page_context(
        request,
        campaign,
        step="content",
        versions=[(each, _languages(each.contents)) for each in versions],
        typed=typed,
        error=error,
        maximum=MAXIMUM_NAME,
    )
    return TemplateResponse(request, "studio/versions.html", context, status=422 if error else 200)


@campaign_view("GET", "POST", permission=COMPOSE)
def compare_version(
    request: HttpRequest, campaign: Campaign, campaignversion_id: int, language: str
) -> HttpResponse:
    """Show what one language of a version said that is otherwise now, or restore it."""
    version = get_object_or_404(CampaignVersion, campaign=campaign, pk=campaignversion_id)
    if language not in version.contents:
        raise Http404
    if request.method == "POST":
        return _restore(request, campaign, version, language)
    now = contents_now(campaign).get(language)
    context = page_context(
        request,
        campaign,
        step="content",
        version=version,
        language=language,
        language_name=language_name(language),
        languages=_languages(version.contents),
        is_written=now is not None,
        changes=compare_content(version.contents[language], now or NOTHING),
        seen=content_version(content_now(campaign, language)),
    )
    return TemplateResponse(request, "studio/version.html", context)


def _restore(
    request: HttpRequest, campaign: Campaign, version: CampaignVersion, language: str
) -> HttpResponse:
    before = campaign.status
    try:
        restore_version(version, language, seen=request.POST.get("seen", ""))
    except EditConflict:
        messages.error(
            request, "Nothing was restored: the content was saved again after you opened this page."
        )
        return redirect(studio_url("version", campaign, str(version.pk), language))
    except NotEditable:
        messages.error(
            request,
            "Nothing was restored: this campaign has been sent or cancelled in the meantime.",
        )
        return redirect(studio_url("progress", campaign))
    messages.success(
        request,
        f"The {language_name(language)} version is restored. What was written before is kept "
        f"under “Versions”.",
    )
    campaign.refresh_from_db()
    warn_if_draft_again(request, campaign, before)
    return redirect(studio_url("content", campaign, language))


def _languages(contents: dict[str, object]) -> list[tuple[str, str]]:
    return language_choices(list(contents))

"""The page that asks before languages of a campaign are removed, one or several together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.text import get_text_list

from campaigns.content.content_version import content_version
from campaigns.content.edit_content import remove_contents
from campaigns.content.open_for_edit import NotEditable
from campaigns.edit_conflict import EditConflict
from campaigns.models import Campaign, CampaignContent
from campaigns.studio.decorators import (
    COMPOSE,
    campaign_view,
    page_context,
    studio_url,
    warn_if_draft_again,
)
from newsletter.core.languages import language_name, lookup_language

NONE_CHOSEN = "Choose at least one language to remove."


@campaign_view("GET", "POST", permission=COMPOSE, to_read=COMPOSE)
def remove_language(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    """Ask which languages go, and remove them when the button of this page is pressed.

    Args:
        language: the one that is ticked at first; none where it is the campaign's own.
    """
    if request.method != "POST" and not campaign.is_editable:
        return redirect(studio_url("progress", campaign))
    chosen = [] if language == campaign.language else [language]
    if request.method == "POST":
        if "choice" in request.POST:
            chosen = [tag for tag in request.POST.getlist("languages") if tag != campaign.language]
        if chosen:
            return _remove(request, campaign, chosen)
        if "choice" not in request.POST:
            raise Http404
    contents = {each.language: each for each in campaign.contents.order_by("language")}
    others = {tag: each for tag, each in contents.items() if tag != campaign.language}
    if not others or (chosen and language not in others):
        raise Http404
    error = NONE_CHOSEN if request.method == "POST" else ""
    main_name = language_name(campaign.language)
    removable = [
        RemovableLanguage(tag, each, _instead(campaign, tag, {*contents}), tag in chosen)
        for tag, each in others.items()
    ]
    context = page_context(
        request,
        campaign,
        step="content",
        language=language,
        removable=removable,
        error=error,
        main_name=main_name,
        has_main=campaign.language in contents,
        # Whose recipients get another translation, which may go, too.
        has_others=any(each.instead not in ("", main_name) for each in removable),
    )
    return TemplateResponse(
        request, "studio/remove_language.html", context, status=422 if error else 200
    )


@dataclass(frozen=True, slots=True)
class RemovableLanguage:
    """A translation that can be removed.

    Args:
        instead: the name of the version that its recipients get without it, "" if there is none.
        chosen: whether it is ticked.
    """

    tag: str
    content: CampaignContent
    instead: str
    chosen: bool

    @property
    def name(self) -> str:
        return language_name(self.tag)

    @property
    def seen(self) -> str:
        """The version that the page shows."""
        return content_version(self.content)


def _instead(campaign: Campaign, language: str, written: set[str]) -> str:
    """Return the name of the version that recipients get without `language`, "" if there is none.

    It is the one that `campaigns.sending.content_language` chooses for them.
    """
    others = written - {language}
    chosen = lookup_language(language, others) or campaign.language
    return language_name(chosen) if chosen in others else ""


def _remove(request: HttpRequest, campaign: Campaign, languages: list[str]) -> HttpResponse:
    before = campaign.status
    # A page that the release before rendered says what it showed of its one language.
    shown = request.POST.get("seen", "")
    seen = {tag: request.POST.get(f"seen-{tag}") or shown for tag in languages}
    try:
        removed = remove_contents(campaign, languages=languages, seen=" ".join(seen.values()))
    except EditConflict:
        return _conflict(request, campaign, seen)
    except NotEditable:
        messages.error(
            request,
            "Nothing was removed: this campaign has been sent or cancelled in the meantime.",
        )
        return redirect(studio_url("progress", campaign))
    if not removed:
        names = _named(languages)
        messages.info(request, f"Nothing was changed: there is no {names} version any more.")
        return redirect(studio_url("content", campaign, campaign.language))
    messages.success(request, f"{_named(removed)} version{_s(removed)} removed.")
    warn_if_draft_again(request, campaign, before)
    return redirect(studio_url("content", campaign, campaign.language))


def _conflict(request: HttpRequest, campaign: Campaign, seen: Mapping[str, str]) -> HttpResponse:
    """Say which of the languages somebody has changed or removed, and lead to the first of them."""
    there = {each.language: content_version(each) for each in campaign.contents.all()}
    changed = [tag for tag, version in seen.items() if there.get(tag) != version] or [*seen]
    messages.error(
        request,
        f"Nothing was removed: the {_named(changed)} version{_s(changed)} changed after you opened "
        f"the page. Look at {'them' if len(changed) > 1 else 'it'} first.",
    )
    left = [tag for tag in changed if tag in there]
    return redirect(studio_url("content", campaign, left[0] if left else campaign.language))


def _named(languages: Sequence[str]) -> str:
    return get_text_list([language_name(tag) for tag in languages], "and")


def _s(languages: Sequence[str]) -> str:
    return "s" if len(languages) > 1 else ""

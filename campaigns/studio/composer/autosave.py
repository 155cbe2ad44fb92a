"""Saving what somebody is writing, without a press of a button."""

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse, JsonResponse

from campaigns.content.check_content import ContentError
from campaigns.content.content_version import content_version
from campaigns.content.edit_content import WHILE_WRITING, save_content
from campaigns.content.open_for_edit import NotEditable
from campaigns.content.versions import content_now
from campaigns.edit_conflict import EditConflict
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from campaigns.studio.composer.form import IncompleteForm, read_form
from campaigns.studio.composer.languages import languages_of
from campaigns.studio.composer.pictures import refuse_hidden
from campaigns.studio.composer.tabs import shown_tabs
from campaigns.studio.composer.translation_state import translation_state
from campaigns.studio.composer.translations import seen_sources
from campaigns.studio.decorators import COMPOSE, campaign_view
from newsletter.rendering.content_errors import as_sentence

WHY_NOT_BY_ITSELF: Mapping[str, str] = {
    CampaignStatus.IN_REVIEW: (
        "Not saved yet, because the campaign is in review. “Save content” saves it, and takes the "
        "campaign out of review."
    ),
    CampaignStatus.APPROVED: (
        "Not saved yet, because the campaign is approved. “Save content” saves it, and ends the "
        "approval."
    ),
    CampaignStatus.SCHEDULED: (
        "Not saved yet, because the campaign is scheduled. “Save content” saves it, and ends the "
        "approval: the campaign isn’t sent at its time."
    ),
}
"""Why the form waits for a press of the button, by the campaign's status."""
NOT_BY_ITSELF = (
    "What you type is not saved by itself any more, because this campaign is no draft now, or the "
    "language was removed. Press “Save content”."
)
NO_SUCH_IMAGE = "Not saved: one of the images isn’t in the library. Choose another."
STOPPED = 409
UNPROCESSABLE = 422


@campaign_view("POST", permission=COMPOSE, page="content")
def autosave(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    """Save the composer's form, and return the version that is saved now, as JSON.

    With translations, it tells the names of the `tabs`, too, and of a `translation` itself what its
    panels of the source say by now.

    What can't be saved is answered with a `problem` in words. 409 says that trying again won't
    help: a colleague saved, the language was removed, or the campaign is no draft any more. 422
    says that it will, once the text is another.
    """
    if language not in languages_of(campaign):
        return _stopped(NOT_BY_ITSELF)
    if campaign.status not in WHILE_WRITING:
        return _stopped(WHY_NOT_BY_ITSELF.get(campaign.status, NOT_BY_ITSELF))
    try:
        form = read_form(request.POST)
        now = content_now(campaign, language)
        if refuse_hidden(form.blocks, request.user, saved=now.blocks if now else ()):
            return JsonResponse({"problem": NO_SUCH_IMAGE}, status=UNPROCESSABLE)
        content = save_content(
            campaign,
            language=language,
            subject=form.subject,
            preheader=form.preheader,
            blocks=form.data(),
            seen=request.POST.get("seen", ""),
            complete=False,
            automatic=True,
            sources=seen_sources(request.POST),
        )
    except ContentError as error:
        problem = f"{as_sentence(error.problem)} Press “Save content” to see where."
        return JsonResponse({"problem": problem}, status=UNPROCESSABLE)
    except IncompleteForm as error:
        return JsonResponse({"problem": str(error)}, status=UNPROCESSABLE)
    except EditConflict:
        return _stopped(
            "A colleague, or you in another tab, saved this after you opened it. Nothing you type "
            "is saved by itself any more. Press “Save content” to choose."
        )
    except NotEditable:
        return _stopped(NOT_BY_ITSELF)
    answer: dict[str, object] = {"seen": content_version(content)}
    if tabs := shown_tabs(campaign):
        answer["tabs"] = tabs
    if state := translation_state(campaign, content, form):
        answer["translation"] = state
    return JsonResponse(answer)


def _stopped(problem: str) -> HttpResponse:
    return JsonResponse({"problem": problem}, status=STOPPED)

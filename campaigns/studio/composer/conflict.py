"""The choices of somebody whose form meets what a colleague has saved meanwhile."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.content.compare_content import NOTHING, compare_content
from campaigns.content.duplicate import duplicate
from campaigns.content.edit_content import save_content
from campaigns.content.versions import contents_now
from campaigns.models import Campaign
from campaigns.studio.composer.form import ComposerForm, IncompleteForm, read_form
from campaigns.studio.composer.translations import seen_sources
from campaigns.studio.decorators import COMPOSE, CREATE, campaign_view, page_context, studio_url
from newsletter.core.languages import language_name

COPY = "save_as_copy"
"""The button of the composer that saves what is typed in a new draft."""


@campaign_view("POST", permission=COMPOSE, page="content")
def typed_difference(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    """Show what is typed otherwise than it is saved now. Nothing is saved."""
    try:
        form = read_form(request.POST)
    except IncompleteForm as error:
        messages.error(request, str(error))
        return redirect(studio_url("content", campaign, language))
    typed = {"subject": form.subject, "preheader": form.preheader, "blocks": form.data()}
    saved = contents_now(campaign).get(language, NOTHING)
    context = page_context(
        request,
        campaign,
        step="content",
        language=language,
        language_name=language_name(language),
        changes=compare_content(saved, typed),
    )
    return TemplateResponse(request, "studio/typed_difference.html", context)


def save_as_copy(
    request: HttpRequest, campaign: Campaign, language: str, form: ComposerForm
) -> HttpResponse:
    """Save what is typed in a new draft, with the other languages of the campaign.

    Raises:
        PermissionDenied: the account may create no campaign.
        ContentError: it can't be kept, and there is no copy.
    """
    user = request.user
    if not user.has_perm(CREATE):
        raise PermissionDenied
    with transaction.atomic():
        copy = duplicate(campaign, created_by=user if user.is_authenticated else None)
        save_content(
            copy,
            language=language,
            subject=form.subject,
            preheader=form.preheader,
            blocks=form.data(),
            complete=False,
            sources=seen_sources(request.POST),
        )
    messages.success(
        request, f"What you typed is saved in this new draft. “{campaign.name}” is as it was."
    )
    return redirect(studio_url("content", copy, language))

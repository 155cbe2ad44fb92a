"""The composer: subject, preheader and blocks of one language, beside a preview of the email."""

import json

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.content.check_content import ContentError
from campaigns.content.content_version import content_version
from campaigns.content.edit_content import WHILE_WRITING, save_content
from campaigns.content.hidden_images import visible_images
from campaigns.content.open_for_edit import NotEditable
from campaigns.content.translations.start import NothingToCopy
from campaigns.edit_conflict import EditConflict
from campaigns.models import Campaign, CampaignContent
from campaigns.review.comments import MAXIMUM_ANSWER
from campaigns.studio.composer import comments, translations
from campaigns.studio.composer.autosave import WHY_NOT_BY_ITSELF
from campaigns.studio.composer.conflict import COPY, save_as_copy
from campaigns.studio.composer.form import (
    ComposerForm,
    IncompleteForm,
    add_error,
    find_errors,
    read_form,
    rearrange,
    saved_form,
)
from campaigns.studio.composer.inputs import (
    SHORTCUTS,
    SHOWS,
    TOGETHER,
    TOOLS,
    blank_blocks,
    block_forms,
)
from campaigns.studio.composer.languages import languages_of
from campaigns.studio.composer.merge_fields import merge_context
from campaigns.studio.composer.pictures import refuse_hidden
from campaigns.studio.composer.preflight import checks_of
from campaigns.studio.composer.sample_recipients import NOBODY, sample_recipients
from campaigns.studio.composer.scripts import composer_scripts
from campaigns.studio.composer.tabs import TABS, language_tabs, shown_tabs
from campaigns.studio.composer.tried_links import tried_context
from campaigns.studio.decorators import (
    COMPOSE,
    campaign_view,
    page_context,
    seen_in,
    studio_url,
    warn_if_draft_again,
)
from campaigns.studio.media.picker import latest_images
from newsletter.core.languages import direction_of, language_name
from newsletter.core.time_zones import zone_menu
from newsletter.rendering.blocks.clean import MAXIMUM_BLOCKS
from newsletter.rendering.blocks.registry import BLOCK_TYPES


@campaign_view("GET", "POST", permission=COMPOSE, to_read=COMPOSE)
def write(request: HttpRequest, campaign: Campaign, language: str) -> HttpResponse:
    """Show the composer, rearrange the blocks of its form, or save it.

    What is incomplete is saved, too; preflight blocks the launch until it is complete. After a
    save that left something incomplete, `?check` marks it.
    """
    saved = next((each for each in campaign.contents.all() if each.language == language), None)
    content = saved or CampaignContent(campaign=campaign, language=language)
    if request.method == "POST":
        # Also if the language was removed or the campaign sent, so that what was typed isn't lost
        # without a word.
        return _typed(request, campaign, content)
    if language not in languages_of(campaign):
        raise Http404
    if not campaign.is_editable:
        return redirect(studio_url("progress", campaign))
    form = saved_form(content)
    if "check" in request.GET:
        find_errors(form, has_event=campaign.event is not None)
    return _form(request, campaign, content, form)


def _typed(request: HttpRequest, campaign: Campaign, content: CampaignContent) -> HttpResponse:
    try:
        form = read_form(request.POST)
    except IncompleteForm as error:
        form = saved_form(content)
        form.errors[""] = f"Nothing was saved. {error} This is what was saved before."
        return _form(request, campaign, content, form, status=422)
    act = request.POST.get("act", "save")
    if act.partition(":")[0] in translations.ACTS:
        before = campaign.status
        focus = translations.settle(campaign, content.language, form, act, request.POST)
        settled = act.partition(":")[2]
        if request.headers.get("HX-Request") == "true":
            answer = translations.settled_part(
                request, campaign, content, form, settled, before=before
            )
            # Escaped, as headers are ASCII.
            answer["HX-Trigger"] = json.dumps({TABS: shown_tabs(campaign)})
            return answer
        warn_if_draft_again(request, campaign, before)
        return _form(request, campaign, content, form, focus=focus, settled=settled, dirty=True)
    if act.partition(":")[0] == comments.DONE:
        if request.headers.get("HX-Request") == "true":
            return comments.settled_part(request, campaign, content.language, form, act)
        number, objection = comments.settle(campaign, act, comments.answer_in(request, act))
        form.errors |= {"": objection} if objection else {}
        return _form(request, campaign, content, form, dirty=True, settled_comment=number)
    if act not in ("save", translations.START, COPY):
        focus = rearrange(form, act, images=visible_images(request.user))
        return _form(request, campaign, content, form, focus=focus, dirty=True)
    name = language_name(content.language)
    if content.language not in languages_of(campaign):
        form.errors[""] = (
            f"The {name} version was removed, and {name} is not one of this installation’s "
            f"languages any more. Copy what you need before you leave this page."
        )
        return _form(request, campaign, content, form, dirty=True, status=422)
    if refuse_hidden(form.blocks, request.user, saved=content.blocks):
        return _form(request, campaign, content, form, dirty=True, status=422)
    return _save(request, campaign, content, form)


def _save(
    request: HttpRequest, campaign: Campaign, content: CampaignContent, form: ComposerForm
) -> HttpResponse:
    before = campaign.status
    act = request.POST.get("act")
    starts = act == translations.START
    try:
        if act == COPY:
            return save_as_copy(request, campaign, content.language, form)
        if starts:
            translations.start(campaign, content.language, form, seen=seen_in(request.POST))
        else:
            save_content(
                campaign,
                language=content.language,
                subject=form.subject,
                preheader=form.preheader,
                blocks=form.data(),
                seen=seen_in(request.POST),
                complete=False,
                replaces="overwrite" in request.POST,
                sources=translations.seen_sources(request.POST),
            )
    except NothingToCopy as error:
        form.errors[""] = str(error)
        return _form(request, campaign, content, form, dirty=True, status=422)
    except ContentError as error:
        add_error(form, error.path, error.problem)
        # Whoever couldn't save a copy still has the other choices.
        newer = content_version(content) if act == COPY else ""
        return _form(request, campaign, content, form, newer=newer, dirty=True, status=422)
    except EditConflict as conflict:
        newer = conflict.newer
        return _form(request, campaign, content, form, newer=newer, dirty=True, status=409)
    except NotEditable:
        messages.error(
            request, "Nothing was saved: this campaign was sent or cancelled in the meantime."
        )
        return redirect(studio_url("progress", campaign))
    page = studio_url("content", campaign, content.language)
    if starts:
        copied = f"Copied from the {language_name(campaign.language)} version. Now translate it."
        messages.success(request, copied)
    elif find_errors(form, has_event=campaign.event is not None):
        messages.success(request, "Content saved.")
    else:
        messages.warning(request, "Content saved. Fix the fields marked below before you send it.")
        page += "?check"
    if content.language == campaign.language and (to_look := translations.need_a_look(campaign)):
        messages.info(request, to_look)
    warn_if_draft_again(request, campaign, before)
    return redirect(page)


def _form(
    request: HttpRequest,
    campaign: Campaign,
    content: CampaignContent,
    form: ComposerForm,
    *,
    focus: int | None = None,
    settled: str = "",
    settled_comment: int = 0,
    dirty: bool = False,
    newer: str = "",
    status: int = 200,
) -> HttpResponse:
    language, event = content.language, campaign.event
    # What couldn't be saved was written beside the source that an earlier page showed.
    seen = translations.seen_sources(request.POST) if dirty and status != 200 else None
    beside = translations.beside(campaign, content, form, settled=settled, seen=seen)
    reviewed = comments.comments_beside(campaign, language, form, settled=settled_comment)
    blocks = block_forms(form, language=language, focus=focus, images=visible_images(request.user))
    context = page_context(
        request,
        campaign,
        step="content",
        seen=request.POST.get("seen") or content_version(content),
        language=language,
        languages=language_tabs(campaign),
        saves_itself=campaign.status in WHILE_WRITING,
        unsaved=WHY_NOT_BY_ITSELF.get(campaign.status, "Not saved yet"),
        language_name=language_name(language),
        direction=direction_of(language),
        removable=content.pk is not None
        and campaign.contents.exclude(language=campaign.language).exists(),
        composer=form,
        order=" ".join(block.id for block in form.blocks),
        blocks=comments.with_comments(translations.with_sources(blocks, beside), reviewed),
        comments=reviewed,
        answer_at_most=MAXIMUM_ANSWER,
        beside=beside,
        may_start=beside and translations.may_start(content),
        latest_images=latest_images(request.user),
        block_types=BLOCK_TYPES,
        maximum_blocks=MAXIMUM_BLOCKS,
        tools=TOOLS,
        together=TOGETHER,
        blank_blocks=blank_blocks(language),
        shortcuts=SHORTCUTS,
        shows=SHOWS,
        removed=json.dumps(form.removed_data()) if form.removed else "",
        removed_last=form.removed[-1][1].definition.label if form.removed else "",
        dirty=dirty,
        newer=newer,
        gone=language_name(language) if newer and content.pk is None else "",
        nobody=NOBODY,
        recipients=sample_recipients(campaign, request),
        recipient=request.POST.get("recipient", ""),
        zones=zone_menu() if event else [],
        zone=request.POST.get("zone", ""),
        versions=[
            (each.language, language_name(each.language))
            for each in campaign.contents.all()
            if each.language != language
        ],
        show=request.POST.get("show", "desktop"),
        composer_media=composer_scripts(),
    )
    context |= merge_context(campaign, language)
    context |= checks_of(request, campaign, content)
    context |= tried_context(campaign, back=language)
    # htmx takes a part of the form. A whole page would bring styles under another nonce.
    is_part = request.headers.get("HX-Request") == "true"
    template = "studio/content.html#form" if is_part else "studio/content.html"
    return TemplateResponse(request, template, context, status=status)

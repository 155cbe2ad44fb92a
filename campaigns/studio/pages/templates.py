"""Templates that staff made: saved from a campaign, listed, renamed, deleted."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from campaigns.content.check_content import MAXIMUM_NAME, ContentError
from campaigns.content.templates import delete_template, rename_template, save_template
from campaigns.models import Campaign, CampaignTemplate
from campaigns.need_to_know import visible_templates
from campaigns.studio.decorators import CREATE, campaign_view, page_context
from campaigns.studio.guarded_view import guarded_view
from campaigns.studio.pages.create_languages import OWN
from newsletter.core.languages import language_name
from newsletter.rendering.content_errors import as_sentence
from subscribers.need_to_know.view_log import record_list_view

UNPROCESSABLE = 422


@campaign_view("GET", "POST", permission=CREATE, to_read=CREATE)
def save_as_template(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Ask for a name, and keep the campaign's content under it."""
    typed, error = request.POST.get("name", campaign.name), ""
    if request.method == "POST":
        try:
            template = save_template(campaign, name=typed)
        except ContentError as refused:
            error = as_sentence(refused.problem)
        else:
            messages.success(request, f"Template “{template.name}” saved.")
            return redirect(_list())
    context = page_context(
        request,
        campaign,
        step="template",
        typed=typed,
        error=error,
        maximum=MAXIMUM_NAME,
        languages=[language_name(each.language) for each in campaign.contents.all()],
    )
    return TemplateResponse(
        request, "studio/save_template.html", context, status=UNPROCESSABLE if error else 200
    )


@require_safe
def list_templates(request: HttpRequest) -> HttpResponse:
    """List the templates that the account may know of."""
    if not request.user.has_perm(CREATE):
        raise PermissionDenied
    return _page(request)


def _known(request: HttpRequest) -> Any:
    return visible_templates(request.user)


@guarded_view(
    "POST", permission=CREATE, to_read=CREATE, known=_known, url_of_page=lambda row: _list()
)
def rename(request: HttpRequest, template: CampaignTemplate) -> HttpResponse:
    """Give a template another name. A refused one stays in its field, with the reason."""
    typed = request.POST.get("name", "")
    try:
        rename_template(template, name=typed)
    except ContentError as refused:
        return _page(request, wrong=template, typed=typed, error=as_sentence(refused.problem))
    messages.success(request, f"Template renamed to “{template.name}”.")
    return redirect(_list())


@guarded_view(
    "POST", permission=CREATE, to_read=CREATE, known=_known, url_of_page=lambda row: _list()
)
def delete(request: HttpRequest, template: CampaignTemplate) -> HttpResponse:
    """Delete a template."""
    delete_template(template)
    messages.success(request, f"Template “{template.name}” deleted.")
    return redirect(_list())


def _page(
    request: HttpRequest, *, wrong: CampaignTemplate | None = None, typed: str = "", error: str = ""
) -> HttpResponse:
    templates = list(visible_templates(request.user).select_related("topic"))
    for topic_id in sorted({each.topic_id for each in templates if each.topic.is_restricted}):
        record_list_view(request.user, CampaignTemplate, topic_id=topic_id)
    context = {
        **admin.site.each_context(request),
        "title": "Templates",
        "maximum": MAXIMUM_NAME,
        "templates": [
            (each, ", ".join(map(language_name, each.contents)), f"{OWN}{each.pk}")
            for each in templates
        ],
        "wrong": wrong.pk if wrong else None,
        "typed": typed,
        "error": error,
    }
    return TemplateResponse(
        request, "studio/templates.html", context, status=UNPROCESSABLE if wrong else 200
    )


def _list() -> str:
    return reverse("admin:studio_templates")

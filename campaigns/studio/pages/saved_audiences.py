"""Saved audiences: listed, built, renamed, deleted."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from campaigns.audience.conditions.check import tree_problems
from campaigns.audience.conditions.plain_kinds import PLAIN_KINDS
from campaigns.audience.conditions.tree import tree_in_words
from campaigns.content.check_content import ContentError
from campaigns.content.saved_audiences import (
    AudienceInUse,
    campaigns_using,
    delete_saved_audience,
    save_saved_audience,
    saved_version,
)
from campaigns.edit_conflict import EditConflict
from campaigns.models import Campaign, SavedAudience
from campaigns.models.saved_audience import LONGEST_AUDIENCE_NAME
from campaigns.need_to_know import visible_campaigns
from campaigns.studio.audience.builder import builder_of
from campaigns.studio.audience.inputs import Scope
from campaigns.studio.audience.typed import (
    FormProblem,
    changed,
    problem_of,
    saved_problems,
    typed_in,
    typed_of,
)
from campaigns.studio.decorators import COMPOSE, VIEW, seen_in
from newsletter.rendering.content_errors import as_sentence

NAME_FIELD = "audience-name"


@require_safe
def list_saved_audiences(request: HttpRequest) -> HttpResponse:
    """List the saved audiences, with where each is used."""
    if not request.user.has_perm(VIEW):
        raise PermissionDenied
    context = {
        **admin.site.each_context(request),
        "title": "Saved audiences",
        "audiences": [
            (each, _words(each), _names(list(campaigns_using(each)), request))
            for each in SavedAudience.objects.all()
        ],
        "may_compose": request.user.has_perm(COMPOSE),
    }
    return TemplateResponse(request, "studio/saved_audiences.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_saved_audience(request: HttpRequest, row_id: int | None = None) -> HttpResponse:
    """Show or save a saved audience, or create one."""
    if not request.user.has_perm(COMPOSE):
        raise PermissionDenied
    saved = SavedAudience.objects.filter(pk=row_id).first() if row_id else None
    if row_id and saved is None:
        raise Http404
    if request.method != "POST":
        return _page(request, saved)
    if request.POST.get("act", "save") != "save":
        return _page(request, saved)
    typed = typed_in(request.POST)
    try:
        made = save_saved_audience(
            saved,
            name=request.POST.get("name", ""),
            conditions=typed.as_json(),
            created_by=request.user if request.user.is_authenticated else None,
            seen=seen_in(request.POST),
        )
    except ContentError as refused:
        problem = problem_of(typed, refused.path, refused.problem)
        if refused.path == "name":
            problem = FormProblem(NAME_FIELD, f"Name: {as_sentence(refused.problem)}")
        return _page(request, saved, problem=problem, status=422)
    except AudienceInUse as used:
        problem = FormProblem(
            "", f"It is being sent to by {_names(used.campaigns, request)}. {WAIT}"
        )
        return _page(request, saved, problem=problem, status=409)
    except EditConflict:
        problem = FormProblem("", "Somebody else changed it. Open this page again to see it.")
        return _page(request, saved, problem=problem, status=409)
    messages.success(request, f"Audience “{made.name}” saved.")
    return redirect("admin:studio_saved_audiences")


WAIT = "Wait until that is over, or save another audience."


@require_http_methods(["GET", "HEAD", "POST"])
def delete_audience(request: HttpRequest, row_id: int) -> HttpResponse:
    """Delete a saved audience that is used nowhere."""
    if not request.user.has_perm(COMPOSE if request.method == "POST" else VIEW):
        raise PermissionDenied
    saved = SavedAudience.objects.filter(pk=row_id).first()
    if saved is None:
        raise Http404
    if request.method == "POST":
        try:
            delete_saved_audience(saved)
        except AudienceInUse as used:
            where = _names(used.campaigns, request)
            messages.error(request, f"“{saved.name}” is used by {where}, so it can’t be deleted.")
        else:
            messages.success(request, f"Audience “{saved.name}” deleted.")
    return redirect("admin:studio_saved_audiences")


def _page(
    request: HttpRequest,
    saved: SavedAudience | None,
    *,
    problem: FormProblem | None = None,
    status: int = 200,
) -> HttpResponse:
    posted = request.method == "POST"
    typed = typed_in(request.POST) if posted else typed_of(saved.conditions if saved else {})
    focus = ""
    problems = [problem] if problem else []
    if saved and not posted:
        gone = tree_problems(saved.conditions, PLAIN_KINDS, topic_id=None)
        problems = saved_problems(typed, gone)
    if posted and problem is None:
        focus = changed(typed, request.POST["act"], request.POST)
    context = {
        **admin.site.each_context(request),
        "title": saved.name if saved else "New audience",
        "saved": saved,
        "name": request.POST.get("name", saved.name if saved else ""),
        "maximum": LONGEST_AUDIENCE_NAME,
        "name_field": NAME_FIELD,
        "seen": request.POST.get("seen") or (saved_version(saved) if saved else ""),
        "is_dirty": posted,
        "url": request.path,
        "users": _names(list(campaigns_using(saved)), request) if saved else "",
        "builder": builder_of(
            typed,
            kinds=PLAIN_KINDS,
            scope=Scope(account=request.user),
            focus=focus,
            problems=problems,
        ),
    }
    return TemplateResponse(request, "studio/saved_audience.html", context, status=status)


def _words(saved: SavedAudience) -> str:
    words = tree_in_words(saved.conditions, PLAIN_KINDS, topic_id=None)
    return f"Everybody, {words}" if words.startswith("except") else f"People who {words}"


def _names(campaigns: list[Campaign], request: HttpRequest) -> str:
    """Name campaigns in one line, but for those that the account may not know of."""
    known = set(
        visible_campaigns(request.user)
        .filter(pk__in=[each.pk for each in campaigns])
        .values_list("pk", flat=True)
    )
    names = [f"“{each.name}”" for each in campaigns if each.pk in known]
    if len(names) < len(campaigns):
        names.append("a campaign that you don’t see")
    return ", ".join(names)

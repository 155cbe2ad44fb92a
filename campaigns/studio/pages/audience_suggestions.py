"""Suggestions while somebody types the name of a label or an institution."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from campaigns.studio.audience.suggestions import suggestions
from campaigns.studio.decorators import COMPOSE


@require_safe
def audience_suggestions(request: HttpRequest) -> HttpResponse:
    """Return the names as options. What was typed comes under the name of its input."""
    if not request.user.has_perm(COMPOSE):
        raise PermissionDenied
    given = [value for name, value in request.GET.items() if name != "of"]
    typed = str(given[0] if given else "").replace("\x00", "")[:200]
    names = suggestions(request.GET.get("of", ""), typed, request.user)
    return TemplateResponse(request, "studio/_suggestions.html", {"names": names})

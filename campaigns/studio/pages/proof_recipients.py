"""The list of people who get test emails, as list managers keep it."""

from dataclasses import dataclass

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from campaigns.models import ProofRecipient
from campaigns.review.proof_recipients import (
    NotAdded,
    add_proof_recipient,
    colleagues,
    remove_proof_recipient,
    visible_proof_recipients,
)
from campaigns.studio.masking import NOT_SHOWN
from newsletter.admin.discreet import may_unmask
from newsletter.core.addresses import BadAddress, masked_address
from newsletter.core.numbers import whole_number
from subscribers.need_to_know.hidden import visible_topics
from subscribers.need_to_know.view_log import record_list_view
from subscribers.people.discreet import discreet_among

SEE = "campaigns.view_proofrecipient"
KEEP = "campaigns.change_proofrecipient"
UNPROCESSABLE = 422
COLLEAGUE = "Colleague"
NOT_ANY_MORE = "No longer a colleague who may get it. Nothing is sent to them."
_TYPED = ("email", "full_name", "topic", "agreed")


@dataclass(frozen=True, slots=True)
class ListedRecipient:
    """One line of the list, as far as the person who reads it may see it.

    Attributes:
        agreed: when and how they agreed, or that they need not.
    """

    row: ProofRecipient
    name: str
    address: str
    agreed: str


@require_http_methods(["GET", "HEAD", "POST"])
def list_proof_recipients(request: HttpRequest) -> HttpResponse:
    """Show the list, add somebody to it, or remove somebody."""
    if not request.user.has_perm(KEEP if request.method == "POST" else SEE):
        raise PermissionDenied
    if request.method != "POST":
        return _page(request)
    return _remove(request) if "remove" in request.POST else _add(request)


def _add(request: HttpRequest) -> HttpResponse:
    chosen = request.POST.get("topic", "")
    topic = visible_topics(request.user).filter(pk=whole_number(chosen) or 0).first()
    try:
        if chosen and topic is None:
            raise NotAdded("Choose the topic again.")
        recipient = add_proof_recipient(
            request.POST.get("email", ""),
            topic=topic,
            full_name=request.POST.get("full_name", ""),
            agreed=request.POST.get("agreed", ""),
        )
    except (NotAdded, BadAddress) as error:
        messages.error(request, f"Nobody was added. {error}")
        return _page(request, status=UNPROCESSABLE)
    messages.success(request, f"{recipient} gets test emails from now on.")
    return redirect(reverse("admin:studio_proof_recipients"))


def _remove(request: HttpRequest) -> HttpResponse:
    number = whole_number(request.POST.get("remove", "")) or 0
    recipient = visible_proof_recipients(request.user).filter(pk=number).first()
    if recipient is None:
        messages.error(request, "Nobody was removed: they aren’t on the list any more.")
    else:
        remove_proof_recipient(recipient)
        messages.success(request, "Removed from the list.")
    return redirect(reverse("admin:studio_proof_recipients"))


def _page(request: HttpRequest, *, status: int = 200) -> HttpResponse:
    topics = list(visible_topics(request.user).order_by("name"))
    rows = list(visible_proof_recipients(request.user).order_by("topic__name", "full_name", "pk"))
    need_to_know = {each.pk for each in topics if each.is_restricted}
    for topic_id in sorted({each.topic_id for each in rows if each.topic_id} & need_to_know):
        record_list_view(request.user, ProofRecipient, topic_id=topic_id)
    context = {
        **admin.site.each_context(request),
        "title": "Test recipients",
        "recipients": _listed(rows, unmasked=may_unmask(request)),
        "topics": topics,
        "typed": {name: request.POST.get(name, "") for name in _TYPED},
        "may_keep": request.user.has_perm(KEEP),
    }
    return TemplateResponse(request, "studio/proof_recipients.html", context, status=status)


def _listed(rows: list[ProofRecipient], *, unmasked: bool) -> list[ListedRecipient]:
    hidden: set[str] = set() if unmasked else discreet_among([each.digest for each in rows])
    # All topics but need-to-know ones have the same colleagues.
    topics = {each.topic for each in rows if each.topic and each.topic.is_restricted}
    of_all, of_topic = colleagues(None), {each.pk: colleagues(each) for each in topics}
    found = []
    for each in rows:
        own = of_topic.get(each.topic_id or 0, of_all)
        agreed = each.agreed or (COLLEAGUE if each.email.lower() in own else NOT_ANY_MORE)
        if each.digest in hidden:
            found.append(ListedRecipient(each, "", masked_address(each.email), NOT_SHOWN))
        else:
            found.append(ListedRecipient(each, each.full_name, each.email, agreed))
    return found

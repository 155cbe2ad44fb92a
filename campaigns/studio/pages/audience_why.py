"""“Why is this person in, or not?”: the answer for one address, in words."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from campaigns.audience.why import PersonsFate, why
from campaigns.models import Campaign
from campaigns.studio.audience.estimates import SEE_PEOPLE
from campaigns.studio.audience.reasons import NOT_INCLUDED_REASONS
from campaigns.studio.decorators import campaign_view, page_context
from newsletter.core.addresses import BadAddress, address_digest, parse_address
from subscribers.need_to_know.hidden import Account, visible_subscribers

UNKNOWN = "not known from any topic that you see, so they don’t get this email"
NEVER_FOLLOWED = "not included: they have never subscribed to this topic"


@dataclass(frozen=True, slots=True)
class AddressAnswer:
    """The words about an address."""

    address: str
    words: str
    found: PersonsFate | None = None


@campaign_view("POST", permission=SEE_PEOPLE, page="audience")
def audience_why(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Say why somebody would get the campaign as it is saved, or not."""
    typed = request.POST.get("address", "")
    try:
        address = parse_address(typed)
    except BadAddress as error:
        context = page_context(request, campaign, step="audience", typed=typed, error=str(error))
        return TemplateResponse(request, "studio/why.html", context, status=422)
    answer = _answer(campaign, address, request.user)
    context = page_context(request, campaign, step="audience", typed=typed, answer=answer)
    return TemplateResponse(request, "studio/why.html", context)


def _answer(campaign: Campaign, address: str, account: Account) -> AddressAnswer:
    # Somebody whom the account may not know of is nobody to it.
    known = visible_subscribers(account).filter(digest=address_digest(address)).first()
    if known is None:
        return AddressAnswer(address, UNKNOWN)
    found = why(campaign, known)
    if found.is_in:
        return AddressAnswer(address, "included: they would get this email", found)
    if found.reason is None:
        return AddressAnswer(address, NEVER_FOLLOWED, found)
    words = NOT_INCLUDED_REASONS.get(found.reason, found.reason)
    return AddressAnswer(address, f"not included: {words}", found)

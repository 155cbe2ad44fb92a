"""Test emails from the review page: to one address, or to the list, in one language or all."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from campaigns.content.check_content import ContentError
from campaigns.models import Campaign
from campaigns.review.proof import BlockedAddress, TooManyProofs
from campaigns.review.proof_round import (
    NobodyListed,
    NotSentAgain,
    send_proofs,
    send_proofs_to_list,
)
from campaigns.studio.composer.email import why_not_shown
from campaigns.studio.decorators import TEST, campaign_view
from campaigns.studio.masking import may_see_subscribers
from campaigns.studio.pages.proof_rounds import in_languages
from campaigns.studio.pages.review_page import ALL, UNPROCESSABLE, not_written, review_page
from campaigns.studio.pages.same_email import same_email
from newsletter.core.addresses import BadAddress, parse_address
from subscribers.need_to_know.hidden import hidden_topics


@campaign_view("POST", permission=TEST, page="review")
def proof(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Send test emails to one address, by default to the person who asks."""
    to = request.POST.get("to", "").strip()
    if not to:
        messages.error(request, "No test email was sent. Enter an email address.")
        return review_page(request, campaign, proof_to="", status=UNPROCESSABLE)
    # A refusal would tell that somebody is there, whom this person may not know of.
    unmasked = may_see_subscribers(request) and not hidden_topics(request.user)
    languages = _languages(request, campaign)
    try:
        address = parse_address(to)
        send_proofs(campaign, to=address, languages=languages)
    except NotSentAgain as error:
        messages.error(request, str(error))
        return same_email(request, campaign)
    except BlockedAddress as error:
        if not unmasked:
            messages.success(request, _on_its_way(address, len(languages), unmasked=unmasked))
            return same_email(request, campaign)
        messages.error(request, f"No test email was sent. {error}")
    except ValueError as error:
        messages.error(request, f"No test email was sent. {_why(error, languages)}")
    else:
        messages.success(request, _on_its_way(address, len(languages), unmasked=unmasked))
        return same_email(request, campaign)
    return review_page(request, campaign, proof_to=to, status=UNPROCESSABLE)


@campaign_view("POST", permission=TEST, page="review")
def proofs_to_list(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Send test emails in all languages to everybody on the list of test recipients."""
    languages = _written(campaign)
    try:
        outcome = send_proofs_to_list(campaign, languages=languages)
    except (NobodyListed, NotSentAgain) as error:
        messages.error(request, str(error))
    except ValueError as error:
        messages.error(request, f"No test email was sent. {_why(error, languages)}")
    else:
        people = "1 person" if outcome.recipients == 1 else f"{outcome.recipients} people"
        messages.success(
            request,
            f"Test emails in {in_languages(languages)} are on their way to {people}, as far as "
            f"they can receive our email.",
        )
        if outcome.refused and may_see_subscribers(request) and not hidden_topics(request.user):
            messages.warning(
                request, f"{outcome.refused} of them may get none, or had enough of them today."
            )
    return same_email(request, campaign, at="proof")


def _languages(request: HttpRequest, campaign: Campaign) -> list[str]:
    chosen = request.POST.get("proof_language") or request.POST.get("language", "")
    return _written(campaign) if chosen == ALL else [chosen or campaign.language]


def _written(campaign: Campaign) -> list[str]:
    tags = campaign.contents.values_list("language", flat=True)
    return sorted(tags, key=lambda tag: (tag != campaign.language, tag)) or [campaign.language]


def _why(error: ValueError, languages: list[str]) -> str:
    if isinstance(error, BadAddress | TooManyProofs):
        return str(error)
    if isinstance(error, ContentError):
        return not_written(languages[0])
    return why_not_shown(error)


def _on_its_way(address: str, number: int, *, unmasked: bool) -> str:
    """Say that test emails are on their way.

    Staff who may not see subscribers get the same answer for a blocked address, which would tell
    them that its owner was among the subscribers.
    """
    what = "a test email is" if number == 1 else f"{number} test emails are"
    way = "on its way" if number == 1 else "on their way"
    if unmasked:
        return f"{what[0].upper()}{what[1:]} {way} to {address}."
    return f"If {address} can receive our email, {what} {way}."

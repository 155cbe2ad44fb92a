"""The list of test recipients and the latest test emails, as the review page shows them."""

from typing import Any

from django.http import HttpRequest

from campaigns.models import Campaign, ProofRound
from campaigns.review.proof_recipients import proof_recipients
from campaigns.studio.pages.proof_recipients import KEEP
from newsletter.core.languages import language_name


def proofs_context(request: HttpRequest, campaign: Campaign) -> dict[str, Any]:
    """Return the list and the latest test emails, for the review page."""
    rounds = ProofRound.objects.filter(campaign=campaign).order_by("-pk")[:5]
    listed = proof_recipients(campaign) if campaign.is_editable else []
    return {
        "listed": len(listed),
        "may_keep_list": request.user.has_perm(KEEP),
        "proof_rounds": [(each, in_languages(each.languages)) for each in rounds],
    }


def in_languages(languages: list[str]) -> str:
    """Name one language, or say how many they are."""
    return language_name(languages[0]) if len(languages) == 1 else f"{len(languages)} languages"

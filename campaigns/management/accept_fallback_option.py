"""The option --accept-fallback: versions that aren't complete are left out."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from campaigns.content.translations.completeness import incomplete_languages
from campaigns.models import Campaign
from campaigns.review.accepted_fallback import accepted_languages
from campaigns.review.translation_findings import BEFORE_LAUNCH
from campaigns.sending.accept_fallback import CannotAccept, accept_fallback
from newsletter.core.languages import language_name


def add_accept_fallback(parser: CommandParser) -> None:
    """Add the option to a command's parser."""
    parser.add_argument(
        "--accept-fallback",
        action="store_true",
        help="accept that language versions that aren't complete are not sent, so that their "
        "recipients get another version; the audit log keeps it",
    )


def accept_if_asked(campaign: Campaign, options: dict[str, Any]) -> str:
    """Accept the fallback for all incomplete versions, where the option is given.

    Returns:
        A sentence with a space before it that names what isn't sent; empty where all is complete.

    Raises:
        CommandError: the campaign is launched or cancelled.
    """
    languages = incomplete_languages(campaign)
    if not options["accept_fallback"] or not languages:
        return ""
    try:
        accept_fallback(campaign, languages=languages)
    except CannotAccept as error:
        raise CommandError(f"Nothing was accepted. {error}") from error
    names = ", ".join(language_name(each) for each in languages)
    return f" Not sent, as they aren't complete: {names}."


def fallback_hint(campaign: Campaign) -> str:
    """Say how a campaign is sent without incomplete versions, where they stop it."""
    if campaign.status not in BEFORE_LAUNCH:
        return ""
    if {*incomplete_languages(campaign)} <= accepted_languages(campaign):
        return ""
    return " To do without versions that aren't complete, add --accept-fallback."

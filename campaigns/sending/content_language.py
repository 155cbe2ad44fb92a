"""The language of a recipient's email: which of a campaign's contents each of them gets.

`newsletter.core.languages.lookup_language` makes the same choice for one tag, as pages tell it.
"""

from django.db.models import Case, CharField, Count, Value, When

from campaigns.audience.resolve import receivers_of
from campaigns.models import Campaign
from newsletter.core.languages import lookup_language


def content_language(campaign: Campaign) -> Case:
    """Choose the language of each recipient's email.

    Theirs where the campaign has a content in it, else the nearest broader one, else the campaign's
    own. Tags are compared without regard to case (RFC 5646 section 2.1.1); en-GB is answered by en,
    zh-Hant-HK rather by zh-Hant than by zh, as in RFC 4647 section 3.4. What was left out at the
    launch, as it wasn't complete, counts as not written.
    """
    written = campaign.contents.filter(falls_back=False).values_list("language", flat=True)
    languages = sorted(written, key=len, reverse=True)
    exact = [When(language__iexact=language, then=Value(language)) for language in languages]
    regional = [
        When(language__istartswith=f"{language}-", then=Value(language)) for language in languages
    ]
    return Case(*exact, *regional, default=Value(campaign.language), output_field=CharField())


def recipients_by_language(campaign: Campaign) -> dict[str, dict[str, int]]:
    """Count who would get which version now: version → recipients' language → number.

    The people are counted by their own language, in one grouped query, and `lookup_language`
    chooses for each language what `content_language` chooses for each person.
    """
    counted = receivers_of(campaign).order_by().values_list("language").annotate(Count("pk"))
    written = {*campaign.contents.values_list("language", flat=True)}
    found: dict[str, dict[str, int]] = {}
    for tag, number in counted:
        version = lookup_language(tag.lower(), written) or campaign.language
        of_version = found.setdefault(version, {})
        of_version[tag.lower()] = of_version.get(tag.lower(), 0) + number
    return found

"""The language of a recipient's email: which of a campaign's contents each of them gets.

`newsletter.core.languages.lookup_language` makes the same choice for one tag, as pages tell it.
"""

from django.db.models import Case, CharField, Value, When

from campaigns.models import Campaign


def content_language(campaign: Campaign) -> Case:
    """Choose the language of each recipient's email.

    Theirs where the campaign has a content in it, else the nearest broader one, else the campaign's
    own. Tags are compared without regard to case (RFC 5646 section 2.1.1); en-GB is answered by en,
    zh-Hant-HK rather by zh-Hant than by zh, as in RFC 4647 section 3.4.
    """
    written = campaign.contents.values_list("language", flat=True)
    languages = sorted(written, key=len, reverse=True)
    exact = [When(language__iexact=language, then=Value(language)) for language in languages]
    regional = [
        When(language__istartswith=f"{language}-", then=Value(language)) for language in languages
    ]
    return Case(*exact, *regional, default=Value(campaign.language), output_field=CharField())

"""The language of a page behind a link in mail."""

from django.http import HttpRequest
from django.utils import translation

from newsletter.core.catalogues import page_languages
from newsletter.core.languages import lookup_language
from newsletter.core.requests.page_language import page_language


def language_for(request: HttpRequest, language_of_mail: str) -> str:
    """Return the language of the email, unless the visitor chose another."""
    if page_language(request).is_chosen:
        return translation.get_language()
    return lookup_language(language_of_mail, page_languages()) or translation.get_language()

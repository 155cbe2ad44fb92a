"""The language of a page behind a link in mail: that of the mail, or of the person it went to."""

from django.http import HttpRequest
from django.utils import translation

from newsletter.core.catalogues import page_languages
from newsletter.core.languages import lookup_language
from newsletter.core.requests.page_language import PageLanguage, page_language, remember


def answer_in(request: HttpRequest, language_of_mail: str) -> None:
    """Answer in the language of the mail that led here, unless the visitor chose another.

    It lasts for this request: the middleware takes back what was active before.

    Args:
        language_of_mail: a tag. Where it is empty, or pages aren't offered in it, the page stays in
            the language that the browser prefers.
    """
    if page_language(request).is_chosen:
        return
    found = lookup_language(language_of_mail, page_languages())
    if found:
        remember(request, PageLanguage(found, is_chosen=False))
        request.LANGUAGE_CODE = found
        translation.activate(found)

"""Complaints about an address that can't be one, in the language of the page.

email-validator says it in English. Its commonest complaints are known here; the rest become a
general one, because half a sentence of English in a Ukrainian page helps nobody.
"""

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

_KNOWN = (
    ("An email address must have an @-sign", _("An email address must have an @-sign.")),
    ("There must be something before the @-sign", _("There must be something before the @-sign.")),
    ("There must be something after the @-sign", _("There must be something after the @-sign.")),
    (
        "An email address cannot have two periods in a row",
        _("An email address can’t have two full stops in a row."),
    ),
    (
        "The part after the @-sign is not valid. It should have a period",
        _("The part after the @-sign needs a full stop, as in example.org."),
    ),
    (
        "The part after the @-sign contains invalid characters",
        _("The part after the @-sign contains characters that can’t be used."),
    ),
    (
        "The email address contains invalid characters before the @-sign",
        _("The part before the @-sign contains characters that can’t be used."),
    ),
    (
        "A display name and angle brackets",
        _("Enter the address alone, without a name and angle brackets."),
    ),
)
"""The beginning of a complaint of email-validator, and its words on pages in other languages."""


def in_page_language(problem: str) -> str:
    """Return a complaint of email-validator in the active language; in English as it came."""
    if (get_language() or "en").partition("-")[0] == "en":
        return problem
    known = (str(words) for beginning, words in _KNOWN if problem.startswith(beginning))
    return next(known, gettext("Enter an email address, such as name@example.org."))

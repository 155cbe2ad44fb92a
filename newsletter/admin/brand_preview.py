"""The sample email beside the brand's form, as it is saved or as it is typed."""

from collections.abc import Mapping
from copy import copy

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.csp import build_policy

from newsletter.admin.social_links_field import SocialLinksField
from newsletter.admin.visibility import Account, visible_rows
from newsletter.brand.current import current_brand
from newsletter.models import Brand, MediaImage
from newsletter.rendering.brand_sample import brand_sample, contrast_in_words
from newsletter.rendering.email_csp import EMAIL_POLICY

_TEXTS = ("name", "short_name", "postal_address", "website", "colour")
_IMAGES = ("logo", "header_image")
_LONGEST = 2_000
"""Characters of a text that is shown; the form says where there are too many."""
_LONGEST_NUMBER = 16


def saved_sample() -> HttpResponse:
    """Show the brand as it is saved."""
    return _framed(current_brand())


def typed_sample(typed: Mapping[str, str], *, account: Account) -> HttpResponse:
    """Show the brand as the form holds it, to somebody. Nothing is saved."""
    brand = copy(current_brand())
    for name in _TEXTS:
        setattr(brand, name, typed.get(name, "").strip()[:_LONGEST])
    for name in _IMAGES:
        setattr(brand, name, _image(typed.get(name, ""), account))
    try:
        brand.social_links = SocialLinksField().clean(typed.get("social_links", ""))
    except ValidationError:
        brand.social_links = []  # the form says what is wrong with them
    return _framed(brand)


def _image(number: str, account: Account) -> MediaImage | None:
    """Return the image that was chosen; None where they know of none of that number."""
    if not (number.isascii() and number.isdigit() and len(number) < _LONGEST_NUMBER):
        return None
    return visible_rows(MediaImage.objects.all(), account).filter(pk=int(number)).first()


def _framed(brand: Brand) -> HttpResponse:
    try:
        html = brand_sample(brand).html
    except ValueError as error:
        body: str = render_to_string("emails/_layouts/not_shown.html", {"why": str(error)})
    else:
        notes = render_to_string(
            "emails/_layouts/sample_notes.html", {"notes": contrast_in_words(brand.colour, html)}
        )
        head, tag, rest = html.partition("<body")
        inside, end, after = rest.partition(">")
        body = f"{head}{tag}{inside}{end}{notes}{after}"
    response = HttpResponse(body)
    response["Content-Security-Policy"] = build_policy(EMAIL_POLICY)
    response["X-Frame-Options"] = "SAMEORIGIN"
    return response

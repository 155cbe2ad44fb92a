"""An email from a template and its texts: the HTML part, and the text part derived from it."""

from collections.abc import Mapping
from typing import Any

from django.template.loader import render_to_string
from mjml import mjml2html

from newsletter.core.catalogues import in_words_of
from newsletter.core.kept_together import kept_together_in_html
from newsletter.models import Brand
from newsletter.rendering.content_errors import BlockError
from newsletter.rendering.counted_links import CountedAddress, with_counted_links
from newsletter.rendering.email_size import MAXIMUM_HTML, TooLarge, largest_html
from newsletter.rendering.hrefs import check_ours
from newsletter.rendering.masthead import masthead
from newsletter.rendering.rendered import Rendered
from newsletter.rendering.slots import Slots
from newsletter.rendering.text import with_line_breaks
from newsletter.rendering.text_part import text_part_of
from newsletter.rendering.theme import Writing, theme_of, writing_of


def render_layout(
    template: str,
    context: Mapping[str, Any],
    *,
    subject: str,
    brand: Brand,
    language: str,
    counted: CountedAddress | None = None,
) -> Rendered:
    """Render one email in the layout that all emails share.

    Args:
        template: an MJML template of ours that extends one of emails/_layouts.
        context: its texts. Plain ones are escaped; a SafeString is HTML that rendering itself has
            made or sanitised.
        subject: plain, or in the sentinel form.
        language: of the content; the fixed words follow it where they are translated.
        counted: returns the address by which a link is counted; None where none is.

    Raises:
        TooLarge: the HTML part, with the longest name and links, reaches MAXIMUM_HTML bytes.
    """
    slots = Slots()
    writing = writing_of(language)
    texts = {
        "subject": subject,
        "brand_name": brand.name,
        "postal_lines": with_line_breaks(brand.postal_address),
        "brand_website": _website(brand),
        **masthead(brand),
    }
    with in_words_of(writing.language):
        mjml = render_to_string(
            template,
            {
                **slots.put(texts),
                **slots.put(context),
                "theme": theme_of(brand.colour),
                "writing": writing,
            },
        )
    # No fonts: MRML would link to Google's for families that it knows.
    html = kept_together_in_html(slots.fill(_mirrored(mjml2html(mjml, fonts={}), writing)))
    rendered = Rendered(
        subject=subject,
        html=with_counted_links(html, counted) if counted else html,
        text=text_part_of(html),
        language=writing.language,
    )
    if (size := largest_html(rendered)) >= MAXIMUM_HTML:
        raise TooLarge(size)
    return rendered


def _mirrored(html: str, writing: Writing) -> str:
    """Return compiled HTML whose columns begin where lines do; MRML begins all at the left."""
    if writing.direction != "rtl":
        return html
    return html.replace("text-align:left;direction:rtl;", "text-align:right;direction:rtl;")


def _website(brand: Brand) -> str:
    """Return the brand's website, or nothing if it is no web address."""
    try:
        return check_ours(brand.website, path="brand.website")
    except BlockError:
        return ""

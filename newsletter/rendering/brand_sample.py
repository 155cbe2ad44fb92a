"""A short email in a brand’s look, and the contrast of its colour in words."""

from newsletter.models import Brand
from newsletter.rendering.blocks.clean import clean_blocks
from newsletter.rendering.contrast_check import low_contrasts
from newsletter.rendering.email import Email, render_email
from newsletter.rendering.rendered import Rendered, fill_preview
from newsletter.rendering.theme import DEFAULT_COLOUR, PAPER, READABLE, contrast, theme_of

SAMPLE = "https://example.org/"
_BLOCKS = [
    {"type": "heading", "text": "A heading in your colour"},
    {
        "type": "rich_text",
        "html": (
            "<p>Dear colleague,</p><p>This is what your emails look like: a text with "
            f'<a href="{SAMPLE}">a link</a>, and a button.</p>'
        ),
    },
    {"type": "button", "label": "A button", "url": SAMPLE},
    {"type": "quotation", "text": "A quotation stands out.", "source": "Its source"},
]


def brand_sample(brand: Brand) -> Rendered:
    """Render a sample email of a brand, saved or not.

    Raises:
        newsletter.rendering.content_errors.BlockError: its texts can't be shown.
    """
    shows_links = [{"type": "social_links"}] if brand.social_links else []
    email = Email(
        subject="A sample",
        blocks=clean_blocks([*_BLOCKS, *shows_links]),
        reason="The reason why people get the email stands here.",
    )
    links = dict.fromkeys(("unsubscribe_url", "preferences_url", "archive_url"), SAMPLE)
    return fill_preview(render_email(email, brand=brand), links)


def contrast_in_words(colour: str, html: str) -> list[str]:
    """Say how well a brand's colour can be read, in one sentence for each thing to know.

    Args:
        colour: as it was typed, such as #1f3a5f.
        html: an email in that colour.
    """
    theme = theme_of(colour)
    if theme == theme_of(DEFAULT_COLOUR) and colour.lower() != DEFAULT_COLOUR:
        return [f"{colour[:20] or 'Nothing'} is no colour, such as {DEFAULT_COLOUR}."]
    ratio = contrast(colour, PAPER)
    told = [f"{colour} with white has a contrast of {ratio:.1f} to 1; {READABLE} is enough."]
    if theme.accent != colour.lower():
        told.append(f"Because that is too little, emails use the darker {theme.accent} instead.")
    if any(low.is_inverted for low in low_contrasts(html)):
        told.append(
            "In mail programs that invert colours it would be hard to read. A darker or a lighter "
            "colour is safer."
        )
    return told

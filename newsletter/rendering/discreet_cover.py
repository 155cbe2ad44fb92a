"""The cover: all that an email to somebody in discreet mode says.

What there is to read isn't in it, because whatever staff write may tell who writes about what, and
a mailbox shows it: on a locked screen, in the list of emails, in a search. The cover has a neutral
subject and a link to a page that shows it once its button is pressed. Below, the footer holds what
the law asks for: who sends this, from where, and how to leave.
"""

from collections.abc import Mapping

from newsletter.brand.neutral import neutral_url
from newsletter.brand.neutral_texts import neutral_texts
from newsletter.core.tokens import Purpose, make_token
from newsletter.models import THE_BRAND, Brand
from newsletter.rendering.layout import render_layout
from newsletter.rendering.merge import one_line, sentinel
from newsletter.rendering.rendered import Rendered
from newsletter.rendering.rendered_once import rendered_once

NEUTRAL_COLOUR = "#3b4756"
"""In place of the brand's, by which people know it."""


def campaign_cover(content_id: int, *, brand: Brand, language: str) -> Rendered:
    """Render the cover of one language of a campaign, the link to unsubscribe left open.

    Its link is the same for all recipients, so nobody's reading can be told from anybody else's.

    Args:
        content_id: of the campaign's content in this language.
        brand: whose neutral settings are ready.
    """
    token = make_token(Purpose.READ_CAMPAIGN, content_id)
    return _cover(token, brand=brand, language=language, unsubscribe_url=sentinel(_LEAVE))


def message_cover(
    message_id: int, *, brand: Brand, language: str, holds_links: bool = True
) -> Rendered:
    """Render the cover of a single message.

    Args:
        message_id: of its row in the outbox.
        brand: whose neutral settings are ready.
        holds_links: whether the message may hold a link that works for an hour.
    """
    token = make_token(Purpose.READ_MESSAGE, message_id)
    return _cover(token, brand=brand, language=language, holds_links=holds_links)


_LEAVE = "unsubscribe_url"


def _cover(
    token: str, *, brand: Brand, language: str, unsubscribe_url: str = "", holds_links: bool = False
) -> Rendered:
    url, subject = neutral_url(brand), one_line(neutral_texts(brand, language)["subject"])
    # Without what tells more than the law asks for.
    sparse = Brand(
        pk=THE_BRAND,
        name=brand.name,
        postal_address=brand.postal_address,
        colour=NEUTRAL_COLOUR,
    )
    shared = {
        "preheader": "",
        "unsubscribe_url": unsubscribe_url,
        "preferences_url": f"{url}/preferences/",
        "holds_links": holds_links,
    }

    def render(links: Mapping[str, str]) -> Rendered:
        return render_layout(
            "emails/_layouts/cover.mjml",
            {**shared, **links},
            subject=subject,
            brand=sparse,
            language=language,
        )

    key = ("cover", language, subject, brand.name, brand.postal_address, *shared.values())
    return rendered_once(render, links={"read_url": f"{url}/read/{token}/"}, key=key)

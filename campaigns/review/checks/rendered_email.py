"""The email as it is rendered: its contrast, and what every footer must hold."""

from collections.abc import Iterator

from campaigns.review.finding import PreflightFinding, blocker, warning
from newsletter.models import Brand
from newsletter.rendering.contrast_check import LowContrast, low_contrasts
from newsletter.rendering.merge import sentinel
from newsletter.rendering.rendered import Rendered
from newsletter.rendering.theme import theme_of


def check_rendered(rendered: Rendered, *, brand: Brand, path: str) -> Iterator[PreflightFinding]:
    """Find colours that are hard to read, and a missing link to unsubscribe.

    Args:
        rendered: with its merge fields open.
        path: of the content, such as contents.en.
    """
    leave = sentinel("unsubscribe_url")
    if leave not in rendered.html or leave not in rendered.text:
        yield blocker("The email has no link to unsubscribe. Tell your administrator.", path)
    theme = theme_of(brand.colour)
    ours = {theme.accent, theme.on_accent}
    lows = low_contrasts(rendered.html)
    of_brand = [low for low in lows if theme.accent in (low.text, low.ground)]
    for low in (*of_brand[:1], *(low for low in lows if not {low.text, low.ground} & ours)):
        yield warning(_words(low), "brand.colour" if low in of_brand else f"{path}.blocks")


def _words(low: LowContrast) -> str:
    pair = f"{low.text} on {low.ground} has a contrast of {low.ratio:.1f} to 1"
    if low.is_inverted:
        return (
            f"Text would be hard to read in mail programs that invert colours: {pair} there. "
            f"Choose a lighter or a darker colour under Brand."
        )
    return f"Text is hard to read: {pair}."

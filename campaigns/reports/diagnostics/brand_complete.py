"""Check of the brand: it must have what every footer says."""

from campaigns.reports.diagnostics.finding import Found, Level, Said
from newsletter.brand.current import current_brand


def brand() -> Found:
    """Check that the brand has what every footer must say."""
    ours = current_brand()
    needed = {"sender address": ours.sender_email, "postal address": ours.postal_address.strip()}
    missing = [words for words, value in needed.items() if not value]
    if missing:
        yield (
            Level.MEND,
            f"The brand has no {' and no '.join(missing)}, so no campaign can be approved. Add "
            f"{'it' if len(missing) == 1 else 'them'} at /staff/ under Brand.",
        )
    else:
        yield Level.FINE, f"{ours.name} sends as {ours.sender_email}."
    if not missing and not ours.contact_email:
        yield Said(
            Level.LOOK,
            "The brand has no contact email address for questions about data protection. Add one "
            "at /staff/ under Brand.",
            "contact",
        )

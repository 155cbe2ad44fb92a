"""An event's title, as it stands in the subjects of emails that are drafted about it."""

from campaigns.models import Event

LONGEST_TITLE = 120
"""Characters of an event's title in a subject."""


def title_in_subject(event: Event) -> str:
    """Return an event's title in the active language, cut where it is long.

    Curly brackets become round ones, because a subject would read them as a merge field.
    """
    title = event.local_title.replace("{", "(").replace("}", ")")
    return title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1].rstrip()}…"

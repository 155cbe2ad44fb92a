"""Computed columns of staff lists: unfold's decorator, with types."""

from collections.abc import Callable, Mapping
from typing import cast

from unfold.decorators import display

from newsletter.status_colours import StatusColour


def column[**P, R](
    title: str, *, colours: Mapping[str, StatusColour] | None = None, ordering: str | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a column of a method.

    Args:
        title: its heading.
        colours: makes it a label; status, or its text, → colour. The label of any other is grey.
        ordering: the database column that it is sorted by.
    """
    # unfold looks up the text that the method returns.
    by_text = {getattr(each, "label", each): colour for each, colour in (colours or {}).items()}
    decorated = display(description=title, label=by_text or None, ordering=ordering)
    return cast(Callable[[Callable[P, R]], Callable[P, R]], decorated)

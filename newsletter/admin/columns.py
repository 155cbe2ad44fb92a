"""Computed columns of staff lists: unfold's decorator, with types."""

from collections.abc import Callable, Mapping
from typing import cast

from unfold.decorators import display


def column[**P, R](
    title: str, *, colours: Mapping[str, str] | None = None, ordering: str | None = None
) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a column of a method.

    Args:
        title: its heading.
        colours: makes it a badge; text → success, info, warning, danger. Other texts are neutral.
        ordering: the database column that it is sorted by.
    """
    decorated = display(
        description=title, label=dict(colours) if colours else None, ordering=ordering
    )
    return cast(Callable[[Callable[P, R]], Callable[P, R]], decorated)

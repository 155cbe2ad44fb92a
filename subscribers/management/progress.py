"""A progress bar for long commands, on terminals only."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)


@contextmanager
def progress_bar(
    label: str, *, silent: bool = False
) -> Iterator[Callable[[int, int], None] | None]:
    """Yield a function that takes the number done and the number in all, and draws a bar on stderr.

    Args:
        label: what is being done, such as "Importing".
        silent: draw nothing, because a program reads the output.

    Yields:
        None where nothing is to be drawn: silent, or stderr is no terminal.
    """
    if silent or not sys.stderr.isatty():
        yield None
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)

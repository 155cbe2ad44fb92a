"""The installation that is photographed."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.journeys.running import RunningInstallation

FURNISH = "from scripts.pictures.people import main; main()"


@contextmanager
def furnished(folder: Path) -> Iterator[tuple[str, dict[str, dict[str, str]]]]:
    """Run an installation with its demo data, and with people in every state.

    Args:
        folder: its VAR_DIR.

    Yields:
        Its address, and language → name of a page → path.
    """
    convene = RunningInstallation(folder, settings="scripts.pictures.settings")
    convene.start()
    try:
        printed = convene.manage("shell", "-v", "0", "-c", FURNISH).strip().splitlines()[-1]
        yield convene.url, json.loads(printed)
    finally:
        convene.stop()

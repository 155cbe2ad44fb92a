"""Compile the changed catalogues in `locale/`: `python -m scripts.catalogues`."""

import os
import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"


def compile_catalogues(folder: Path = LOCALE_DIR) -> list[Path]:
    """Write the .mo file of each catalogue that is newer than it.

    Babel does it, so that no machine needs the programs of GNU gettext. Fuzzy messages stay out.

    Args:
        folder: it holds LANGUAGE/LC_MESSAGES/django.po.

    Returns:
        The files that were written.

    Raises:
        babel.messages.pofile.PoFileError: a catalogue can't be read.
    """
    stale = [path for path in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _is_stale(path)]
    return [_compile(path) for path in stale]


def _is_stale(source: Path) -> bool:
    compiled = source.with_suffix(".mo")
    return not compiled.exists() or compiled.stat().st_mtime_ns < source.stat().st_mtime_ns


def _compile(source: Path) -> Path:
    with source.open("rb") as file:
        catalogue = read_po(file, locale=source.parent.parent.name, abort_invalid=True)
    compiled = source.with_suffix(".mo")
    # By a rename, since two processes may compile at once and a third may be reading.
    draft = compiled.with_name(f".{compiled.name}.{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, catalogue)
    draft.replace(compiled)
    return compiled


if __name__ == "__main__":
    try:
        compile_catalogues()
    except PoFileError as error:
        sys.exit(f"catalogues: {error}")

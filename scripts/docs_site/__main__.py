"""Build the documentation as a website: `python -m scripts.docs_site [FOLDER]`.

Without a folder it is built in a temporary one, and checked alone. Every warning is an error: a
link or an anchor that leads nowhere, a document that the first page doesn't list.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from config.env import BASE_DIR
from scripts.docs_site.remote import remote_addresses

FIRST_PAGE = Path("docs", "index.html")


def build(source: Path, folder: Path, *, jobs: int = 2) -> int:
    """Build the site of the documents below `source`, and return the exit code."""
    from sphinx.cmd.build import build_main

    with tempfile.TemporaryDirectory(prefix="convene-docs-") as doctrees:
        failed = build_main(
            [
                *("-b", "html", "-c", str(Path(__file__).parent)),
                *("-d", doctrees, "-j", str(jobs), "-q", "-E", "-W", "--keep-going"),
                *(str(source), str(folder)),
            ]
        )
    if failed:
        return failed
    elsewhere = list(remote_addresses(folder))
    for address in elsewhere:
        print(f"Loaded from elsewhere, which the site must not need: {address}", file=sys.stderr)
    return 1 if elsewhere else 0


def main() -> int:
    """Build where the command line says."""
    parser = argparse.ArgumentParser(prog="python -m scripts.docs_site", description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, help="where the site goes")
    folder: Path | None = parser.parse_args().folder
    if folder is None:
        with tempfile.TemporaryDirectory(prefix="convene-docs-") as temporary:
            return build(BASE_DIR, Path(temporary))
    failed = build(BASE_DIR, folder)
    if not failed:
        print(f"The documentation: {(folder / FIRST_PAGE).resolve()}")
    return failed


if __name__ == "__main__":
    sys.exit(main())

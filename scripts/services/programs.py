"""Chromium and web servers for tests: installed ones, else what apt may install."""

import shutil
from collections.abc import Callable

from scripts.services.processes import Unavailable, found_or_installed


def chromium() -> str:
    """Return the path of a Chromium that Playwright can drive.

    Raises:
        Unavailable: there is none, and none could be installed.
    """
    program = found_or_installed(installed_chromium, package="chromium")
    if program is None:
        raise Unavailable("no Chromium is installed, and apt may not be used")
    return program


def installed_chromium() -> str | None:
    """Return the path of the Chromium or Chrome that is installed, if any."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


PROXIES: dict[str, Callable[[], str | None]] = {
    "nginx": lambda: _program("nginx"),
    "caddy": lambda: _program("caddy"),
}
"""Finders of each web server that deploy/ has a file for. Each is Debian's package of that name."""


def proxies() -> None:
    """See that all of them are installed.

    Raises:
        Unavailable: one is missing, and could not be installed.
    """
    missing = [
        name for name, find in PROXIES.items() if found_or_installed(find, package=name) is None
    ]
    if missing:
        raise Unavailable(f"no {' and no '.join(missing)} is installed, and apt may not be used")


def _program(name: str) -> str | None:
    # Debian keeps servers out of a user's PATH.
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")

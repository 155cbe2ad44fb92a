"""Chromium and the web servers that tests drive: those that are there, else what apt may install."""

import shutil
from collections.abc import Callable

from scripts.services.processes import Unavailable, found_or_installed


def chromium() -> str:
    """The path of a Chromium that Playwright can drive.

    Raises:
        Unavailable
    """
    program = found_or_installed(installed_chromium, package="chromium")
    if program is None:
        raise Unavailable("no Chromium is installed, and apt may not be used")
    return program


def installed_chromium() -> str | None:
    """The path of the Chromium or Chrome that is there, if any."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


PROXIES: dict[str, Callable[[], str | None]] = {
    "nginx": lambda: _program("nginx"),
    "caddy": lambda: _program("caddy"),
}
"""The path of each web server that deploy/ has a file for, if it is there. Each is Debian's package
of that name."""


def proxies() -> None:
    """See that all of them are there.

    Raises:
        Unavailable
    """
    missing = [
        name for name, find in PROXIES.items() if found_or_installed(find, package=name) is None
    ]
    if missing:
        raise Unavailable(f"no {' and no '.join(missing)} is installed, and apt may not be used")


def _program(name: str) -> str | None:
    # Debian keeps servers out of a user's PATH.
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")

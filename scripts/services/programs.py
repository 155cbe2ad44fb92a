"""Programs for tests: Chromium, web servers, libfaketime, systemd, Prometheus.

Apt may install them.
"""

import shutil
from collections.abc import Callable
from pathlib import Path

from scripts.services.processes import Unavailable, found_or_installed


def chromium() -> str:
    """Return the path of a Chromium that Playwright can drive.

    Its headless shell is installed, too, where it can be, and so is what reads the PDFs it prints.

    Raises:
        Unavailable: there is none, and none could be installed.
    """
    program = found_or_installed(installed_chromium, package="chromium")
    if program is None:
        raise Unavailable("no Chromium is installed, and apt may not be used")
    found_or_installed(installed_headless_shell, package="chromium-headless-shell")
    found_or_installed(installed_pdftotext, package="poppler-utils")
    return program


def installed_chromium() -> str | None:
    """Return the path of the Chromium or Chrome that is installed, if any."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return next((path for name in names if (path := shutil.which(name))), None)


def installed_headless_shell() -> str | None:
    """Return the path of Chromium without what its windows are made of, if it is installed.

    It shows pages as the whole browser does, and takes 40 % of its CPU time.
    """
    return shutil.which("chromium-headless-shell")


def installed_pdftotext() -> str | None:
    """Return the path of pdftotext, which reads the words of a PDF, if it is installed."""
    return shutil.which("pdftotext")


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


def faketime() -> None:
    """See that libfaketime is installed, by which processes have a wall clock of their own.

    Raises:
        Unavailable: it is missing, and could not be installed.
    """
    if found_or_installed(installed_faketime, package="libfaketime") is None:
        raise Unavailable("no libfaketime is installed, and apt may not be used")


def installed_faketime() -> Path | None:
    """Return the path of libfaketime for processes with threads, if it is installed."""
    return next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


def systemd() -> None:
    """See that systemd-analyze is installed, which judges units without running them.

    Raises:
        Unavailable: it is missing, and could not be installed.
    """
    if found_or_installed(installed_systemd_analyze, package="systemd") is None:
        raise Unavailable("no systemd-analyze is installed, and apt may not be used")


def installed_systemd_analyze() -> str | None:
    """Return the path of systemd-analyze, if it is installed."""
    return _program("systemd-analyze")


PROMETHEUS = ("prometheus", "promtool")
"""The server, and what checks its rules. Debian's package prometheus has both."""


def prometheus() -> None:
    """See that Prometheus and promtool are installed.

    Raises:
        Unavailable: they are missing, and could not be installed.
    """
    if found_or_installed(installed_prometheus, package="prometheus") is None:
        raise Unavailable("no prometheus is installed, and apt may not be used")


def installed_prometheus() -> dict[str, str] | None:
    """Return the paths of the programs by name, where all of them are installed."""
    found = {name: path for name in PROMETHEUS if (path := _program(name))}
    return found if len(found) == len(PROMETHEUS) else None


def _program(name: str) -> str | None:
    # Debian keeps servers out of a user's PATH.
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")

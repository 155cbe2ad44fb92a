"""The time-zone rules that Python computes with: the newer of the system's and the package's.

Governments change their clocks a few weeks ahead, and an old rule puts a meeting an hour off in
every email and calendar. By itself Python takes the system's rules, however old they are
(PEP 615); a server is often updated later than Convene, and Convene sometimes later than a server.
"""

import zoneinfo
from pathlib import Path

import tzdata


def take_newest_zone_rules(*, folder_is_chosen: bool) -> str:
    """Let `zoneinfo` read the newer rules, and return their version, such as 2026f.

    It is called once, before any zone is read. Rules of a system that don't say their version are
    taken for older, because those of the package are known.

    Args:
        folder_is_chosen: whether the operator named the folder (PYTHONTZPATH), and so the rules.
    """
    if folder_is_chosen:
        return version_in(zoneinfo.TZPATH)
    ours = str(tzdata.IANA_VERSION)
    theirs = version_in(zoneinfo.TZPATH)
    if theirs > ours:
        return theirs
    zoneinfo.reset_tzpath(to=())
    zoneinfo.ZoneInfo.clear_cache()
    return ours


def version_in(folders: tuple[str, ...]) -> str:
    """Return the version of the rules in the first folder that has some; empty where unknown.

    The first line of tzdata.zi says it on Debian and Red Hat, the file +VERSION on FreeBSD and
    macOS.
    """
    for folder in map(Path, folders):
        if not folder.is_dir():
            continue
        for name in ("tzdata.zi", "+VERSION"):
            try:
                with (folder / name).open(encoding="utf-8") as file:
                    return file.readline(100).removeprefix("# version ").strip()
            except (OSError, ValueError):
                continue
        return ""
    return ""

"""Releases of Convene on a server: folders side by side, and a link to the one that runs."""

import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from scripts.deploying.steps import StepFailed, must, run

KEPT = 3
"""Releases: the one that runs, and those that one may go back to."""
LEFT_BEHIND = (".venv", "var", "staticfiles")
"""Folders of a checkout that aren't its code."""


@dataclass(frozen=True, slots=True)
class Release:
    """A folder with a checkout."""

    folder: Path

    def __str__(self) -> str:
        return self.folder.name

    @property
    def is_ready(self) -> bool:
        """Return whether it has run, and worked."""
        return self._mark.exists()

    @property
    def ready_since(self) -> float:
        """Seconds since the epoch."""
        return self._mark.stat().st_mtime

    def note_ready(self) -> None:
        """Note that it works."""
        self._mark.touch()

    @property
    def _mark(self) -> Path:
        return self.folder / ".release-ready"


def home(link: Path) -> Path:
    """Return the folder of all releases: `/opt/convene-releases` for `/opt/convene`."""
    return link.with_name(f"{link.name}-releases")


def current(link: Path) -> Release:
    """Return the release that runs. One that lies in the link's own place moves to the others.

    Raises:
        StepFailed: there is none.
    """
    if link.is_symlink() and link.is_dir():
        return Release(link.resolve())
    _complete(link)
    if link.is_symlink():
        return Release(link.resolve())
    if not (link / "deploy" / "upgrade").exists():
        raise StepFailed(f"there is no Convene in {link}; deploy/install makes one")
    release = Release(home(link) / _name(link))
    if release.folder.exists():
        raise StepFailed(f"{release.folder} is there already; move one of them away")
    home(link).mkdir(exist_ok=True)
    home(link).chmod(0o755)
    Release(link).note_ready()  # it has run
    link.rename(release.folder)
    _complete(link)
    return release


def _complete(link: Path) -> None:
    """Make the link, where the move of the first release was killed before it."""
    if not link.exists() and not link.is_symlink() and home(link).is_dir():
        ready = _ready(link)
        if len(ready) == 1:
            link.symlink_to(ready[0].folder)


def fetch(name: str, *, into: Path, of: Release) -> Release:
    """Return a release in a folder of its own, whose code is whole.

    Args:
        name: a tag, branch or commit of the repository, or a folder with a checkout.
        into: the folder of all releases.
        of: the release that runs, whose repository knows where tags come from.

    Raises:
        StepFailed: there is no such release.
    """
    into.mkdir(exist_ok=True)
    source = Path(name)
    if source.is_dir():
        return _copy(source.resolve(), into, of)
    repository = str(of.folder)
    commit = _commit(name, repository)
    part = _emptied(into / ".part")
    must("git", "clone", "--quiet", "--no-checkout", repository, str(part))
    must("git", "-C", str(part), "checkout", "--quiet", "--detach", commit)
    # The clone's own origin would be a folder that is deleted one day.
    origin = must("git", "-C", repository, "remote", "get-url", "origin").strip()
    must("git", "-C", str(part), "remote", "set-url", "origin", origin)
    return _put(part, of)


def _commit(name: str, repository: str) -> str:
    """Return the commit of a name, after asking the origin.

    A tag comes first, as it does for git; then a branch of the origin, because the checkout's own
    is as old as the clone.
    """
    fetched = run("git", "-C", repository, "fetch", "--quiet", "--prune", "--tags", "origin")
    why = f" ({fetched.stderr.strip()})" if fetched.returncode else ""
    if tag := _parsed(f"refs/tags/{name}", repository):
        return tag
    if branch := _parsed(f"refs/remotes/origin/{name}", repository):
        if why:
            raise StepFailed(f"{name} is a branch, and its origin doesn't answer{why}")
        return branch
    if commit := _parsed(name, repository):
        return commit
    raise StepFailed(f"there is neither a tag, a branch, a commit nor a folder {name!r}{why}")


def _parsed(name: str, repository: str) -> str:
    parsed = run("git", "-C", repository, "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
    return parsed.stdout.strip()


def switch(link: Path, release: Release) -> None:
    """Let `link` lead to a release, at once: nobody finds it leading nowhere."""
    _lead(link, release)


def _lead(link: Path, release: Release) -> None:
    new = link.with_name(f".{link.name.lstrip('.')}-new")
    new.unlink(missing_ok=True)
    new.symlink_to(release.folder)
    new.replace(link)


def note_way_back(link: Path, release: Release) -> None:
    """Note to which release one returns, for whoever is stopped after the switch."""
    _lead(_way_back(link), release)


def way_back(link: Path) -> Release | None:
    """Return the release that an upgrade was stopped on its way from."""
    noted = _way_back(link)
    return Release(noted.resolve()) if noted.is_symlink() and noted.is_dir() else None


def forget_way_back(link: Path) -> None:
    """Note that no upgrade is under way."""
    _way_back(link).unlink(missing_ok=True)


def _way_back(link: Path) -> Path:
    return home(link) / ".way-back"


def previous(link: Path) -> Release:
    """Return the release that worked last before the one that runs.

    Raises:
        StepFailed: there is none.
    """
    now = current(link)
    others = [each for each in _ready(link) if each != now]
    if not others:
        raise StepFailed(f"there is no other release in {home(link)}")
    return max(others, key=lambda each: each.ready_since)


def forget_old(link: Path) -> None:
    """Delete all releases but the newest few, and never the one that runs."""
    now = current(link)
    newest = sorted(_ready(link), key=lambda each: each.ready_since, reverse=True)
    for release in newest[KEPT:]:
        if release != now:
            shutil.rmtree(release.folder)


def _ready(link: Path) -> list[Release]:
    folders = [path for path in home(link).iterdir() if path.is_dir() and not path.is_symlink()]
    found = [Release(path.resolve()) for path in folders]
    return [release for release in found if release.is_ready]


def _copy(source: Path, folder: Path, of: Release) -> Release:
    if not (source / "deploy" / "upgrade").exists():
        raise StepFailed(f"{source} is no checkout of Convene")
    if source.parent == folder:
        return Release(source)
    part = folder / ".part"
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(source, part, symlinks=True, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    return _put(part, of)


def _put(part: Path, running: Release) -> Release:
    """Give a whole checkout its name; one that is there already, and never ran, gives way."""
    release = Release(part.with_name(_name(part)))
    if release.folder.exists():
        if release.is_ready or release.folder.samefile(running.folder):
            shutil.rmtree(part)
            return release
        shutil.rmtree(release.folder)
    os.chown(part, 0, 0)
    part.chmod(0o755)
    part.rename(release.folder)
    return release


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return folder


def _name(checkout: Path) -> str:
    """Return a name that two different checkouts don't share.

    Raises:
        StepFailed: git knows nothing of it, or doesn't trust its owner.
    """
    described = run("git", "-C", str(checkout), "describe", "--tags", "--always", "--dirty")
    if described.returncode:
        raise StepFailed(f"git knows nothing of {checkout}: {described.stderr.strip()}")
    name = described.stdout.strip()
    # What isn't committed has no name of its own.
    return f"{name}-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}" if "-dirty" in name else name

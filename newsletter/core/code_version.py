"""The version of the code that runs: the release, and the commit of a checkout."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class CodeVersion:
    """A version.

    Args:
        release: such as 0.1.0.
        commit: 40 hex digits; empty where the code is no checkout of git.
    """

    release: str
    commit: str

    def __str__(self) -> str:
        return f"{self.release} ({self.commit[:12]})" if self.commit else self.release


@cache
def code_version() -> CodeVersion:
    """Return the version of the files beside this one, as they were when it was first asked for."""
    with (_ROOT / "pyproject.toml").open("rb") as file:
        release = str(tomllib.load(file)["project"]["version"])
    return CodeVersion(release, _commit(_ROOT / ".git"))


def _commit(git: Path) -> str:
    """Return the commit that is checked out, without git, which a server needn't have."""
    try:
        if git.is_file():  # of a worktree, it names the folder
            git = (git.parent / git.read_text("utf-8").partition("gitdir: ")[2].strip()).resolve()
        common = git / "commondir"
        shared = (git / common.read_text("utf-8").strip()).resolve() if common.exists() else git
        head = (git / "HEAD").read_text("utf-8").strip()
        name = head.removeprefix("ref: ")
        if name == head:
            return head
        for folder in (git, shared):
            if (folder / name).is_file():
                return (folder / name).read_text("utf-8").strip()
        packed = (shared / "packed-refs").read_text("utf-8").splitlines()
        return next((line.split()[0] for line in packed if line.endswith(f" {name}")), "")
    except (OSError, UnicodeDecodeError):
        return ""

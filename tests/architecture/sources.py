"""The project's own files, as git lists them, so that tests look at nothing else."""

import subprocess
from functools import cache
from pathlib import Path

from config.env import BASE_DIR

APPS = ("config", "campaigns", "subscribers", "staff", "newsletter")


@cache
def files(*endings: str) -> tuple[Path, ...]:
    """List files that git tracks or would track, relative to the checkout."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    paths = (Path(name) for name in listed.split("\0") if name)
    return tuple(path for path in paths if path.suffix in endings and (BASE_DIR / path).is_file())


def modules(*, tests: bool = False, migrations: bool = False) -> list[Path]:
    """List the project's Python files."""
    return [
        path
        for path in files(".py")
        if (tests or path.parts[0] != "tests") and (migrations or "migrations" not in path.parts)
    ]


def text_of(path: Path) -> str:
    return (BASE_DIR / path).read_text(encoding="utf-8")

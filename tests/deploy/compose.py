"""`deploy/compose.yaml`, read as Compose reads it."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from config.env import BASE_DIR

FILE = BASE_DIR / "deploy" / "compose.yaml"
OURS = ("migrate", "web", "worker", "sender", "clock")
"""Services of our own image."""


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the file, with what the rehearsal runs it by."""

    name: str
    raw: dict[str, Any]

    @property
    def command(self) -> list[str]:
        """What follows the image's entrypoint."""
        return [str(word) for word in self.raw.get("command", [])]

    @property
    def check(self) -> list[str]:
        """The words of its health check; none where it is disabled or the image's own."""
        return [str(word) for word in self.raw.get("healthcheck", {}).get("test", [])][1:]

    @property
    def user(self) -> tuple[int, int]:
        """The numbers of its user and group."""
        user, group = str(self.raw["user"]).split(":")
        return int(user), int(group)

    @property
    def volumes(self) -> list[tuple[str, str]]:
        """What is mounted in it: a volume or a path, and where."""
        parts = [str(each).split(":") for each in self.raw.get("volumes", [])]
        return [(source, place) for source, place, *_ in parts]

    @property
    def tmpfs(self) -> list[tuple[str, list[str]]]:
        """Folders that are memory, with their options."""
        parts = [str(each).partition(":") for each in self.raw.get("tmpfs", [])]
        return [
            (place, [word for word in options.split(",") if word]) for place, _, options in parts
        ]


def compose(variables: dict[str, str]) -> dict[str, Any]:
    """Return the file's content.

    Args:
        variables: those of the shell, for `${NAME:?…}`.
    """
    text = re.sub(
        r"\$\{(\w+):\?[^}]*\}",
        lambda found: variables[found[1]],
        FILE.read_text(encoding="utf-8"),
    )
    read: dict[str, Any] = yaml.safe_load(text)
    return read


def services(variables: dict[str, str]) -> dict[str, Service]:
    """Return its services by name."""
    return {name: Service(name, raw) for name, raw in compose(variables)["services"].items()}


def secrets(variables: dict[str, str]) -> dict[str, Path]:
    """Return the file of each secret, as seen from the checkout."""
    return {
        name: Path("deploy", secret["file"])
        for name, secret in compose(variables)["secrets"].items()
    }

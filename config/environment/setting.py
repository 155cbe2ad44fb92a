"""One setting of the environment: its row in the table of config/env.py, and how it is read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from config.environment.unusable_value import UnusableValue
from newsletter.transport.config.mailer_options import MailerUrlError


class EnvironmentProblem(Exception):
    """A variable that can't be used.

    The message names it, says what is wrong and gives an example.
    """

    def __init__(self, variable: str, problem: str, *, example: str) -> None:
        super().__init__(f"{variable}: {problem}. Example: {variable}={example}")
        self.variable = variable


@dataclass(frozen=True, slots=True)
class Setting:
    """One row of the table.

    Args:
        name: of the variable.
        read: makes the typed value of the text. Complains by UnusableValue or MailerUrlError.
        default: the text that is read where the variable isn't set, or what makes the typed value
            of the other settings.
        example: a good value, as docs/configuration.md shows it.
        help: a few words, with which the variable's row in docs/configuration.md begins.
    """

    name: str
    read: Callable[[str], Any]
    default: "str | Callable[[Values], Any]"
    example: str
    help: str


def setting(
    name: str,
    read: Callable[[str], Any],
    *,
    default: "str | Callable[[Values], Any]",
    example: str,
    help: str,
) -> Any:
    """Describe one setting, as the default of a dataclass's field (see `Setting`)."""
    return field(metadata={"setting": Setting(name, read, default, example, help)})


class Values:
    """The typed values of all settings, each read when it is asked for, and once."""

    def __init__(self, settings: Mapping[str, Setting], source: Mapping[str, str]) -> None:
        self._settings = settings
        self._source = source
        self._read: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        """Return the value of the variable `name`.

        Raises:
            EnvironmentProblem: it can't be used.
        """
        if name not in self._read:
            self._read[name] = self._value(self._settings[name])
        return self._read[name]

    def is_set(self, name: str) -> bool:
        """Return whether the variable, or its file, holds more than blanks and commas."""
        return bool(self._text(name).strip(" ,"))

    def _value(self, row: Setting) -> Any:
        try:
            if self.is_set(row.name):
                return row.read(self._text(row.name))
            return row.read(row.default) if isinstance(row.default, str) else row.default(self)
        except (UnusableValue, MailerUrlError) as error:
            raise EnvironmentProblem(
                row.name, str(error), example=error.example or row.example
            ) from error

    def _text(self, name: str) -> str:
        plain = self._source.get(name, "").strip()
        path = self._source.get(f"{name}_FILE", "").strip()
        if plain and path:
            raise EnvironmentProblem(
                name, f"both {name} and {name}_FILE are set; keep one", example="value"
            )
        return _content(name, path) if path else plain


def _content(name: str, path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise EnvironmentProblem(
            f"{name}_FILE", f"can't read {path!r} ({reason})", example="/run/secrets/name"
        ) from error

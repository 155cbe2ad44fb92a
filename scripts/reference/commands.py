"""The page of commands, from their parsers."""

from argparse import SUPPRESS, Action
from collections.abc import Iterator

from django.core.management import get_commands, load_command_class
from django.core.management.base import CommandParser, DjangoHelpFormatter

from scripts.reference.markdown import block, code, heading, page, table

OUR_APPS = frozenset({"campaigns", "newsletter", "staff", "subscribers"})
_EVERYWHERE = DjangoHelpFormatter.show_last
"""Options that each command of Django's has."""

_INTRODUCTION = """\
Every command is `manage.py NAME`: with `make run` `.venv/bin/python manage.py NAME` in the
checkout, on a server `sudo deploy/manage NAME` ([why](../../deploy/README.md)). `--help` prints
what stands here. Each also has Django's own options: `--settings`, `--pythonpath`, `--verbosity`,
`--traceback`, `--no-color`, `--force-color`, `--skip-checks`. What a command is for, in a line
each: [the contract](../architecture.md#the-contract)."""


def commands() -> str:
    """Return the page."""
    ours = sorted(name for name, app in get_commands().items() if app in OUR_APPS)
    return page("Commands", _INTRODUCTION, (part for name in ours for part in _command(name)))


def _command(name: str) -> Iterator[str]:
    app = get_commands()[name]
    parser = load_command_class(str(app), name).create_parser("manage.py", name)
    actions = [action for action in parser._actions if _is_of_the_command(action)]
    yield heading(2, name)
    yield block(_usage(name, actions))
    yield str(parser.description or "").strip()
    if actions:
        rows = ([_written(action), _meaning(parser, action)] for action in actions)
        yield table(["Argument", "What it does"], rows)
    if parser.epilog:
        yield block(str(parser.epilog))


def _is_of_the_command(action: Action) -> bool:
    return (
        action.help != SUPPRESS
        and not _EVERYWHERE.intersection(action.option_strings)
        and "--help" not in action.option_strings
    )


def _usage(name: str, actions: list[Action]) -> str:
    words = []
    for action in actions:
        word = _word(action)
        words.append(word if action.required or _is_needed(action) else f"[{word}]")
    return " ".join(["manage.py", name, *words])


def _is_needed(action: Action) -> bool:
    return not action.option_strings and action.nargs not in ("?", "*")


def _word(action: Action) -> str:
    value = _value(action)
    if not action.option_strings:
        return f"{value} …" if action.nargs in ("+", "*") else value
    option = action.option_strings[-1]
    return option if action.nargs == 0 else f"{option} {value}"


def _value(action: Action) -> str:
    if isinstance(action.metavar, str):
        return action.metavar
    if action.choices is not None:
        return "|".join(str(choice) for choice in action.choices)
    return action.dest.upper().replace("_", "-")


def _written(action: Action) -> str:
    return code(_word(action))


def _meaning(parser: CommandParser, action: Action) -> str:
    words = parser._get_formatter()._expand_help(action) if action.help else ""
    if not isinstance(action.metavar, str) or action.choices is None:
        return words
    return f"{words} ({', '.join(code(str(choice)) for choice in action.choices)})"

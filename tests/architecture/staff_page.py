"""What the table of staff pages says of one page, and short ways to say it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum

from django.urls import reverse

from campaigns.models import Campaign
from staff.roles import Permission
from tests.architecture.staff_world import World


class Access(Enum):
    """Who may use a page, where that is no question of roles."""

    ANYONE = "whoever asks, signed in or not"
    STAFF = "whoever is signed in"
    NOBODY = "nobody, whatever their roles"
    NO_METHOD = "the page doesn't answer this method"


type Needs = Permission | Access
type Fields = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Act:
    """What one button does."""

    name: str
    path: Callable[[World], str]
    fields: Callable[[World], Fields] = lambda world: {}
    changes: frozenset[str] = frozenset()
    """The tables that it changes. Without any it only shows something."""


@dataclass(frozen=True, slots=True)
class Page:
    """One URL of the staff pages."""

    name: str
    read: Needs
    post: Needs
    acts: tuple[Act, ...] = ()
    paths: Callable[[World], list[str]] | None = None
    """The pages to look at, where the first row of its kind isn't enough."""
    answers: frozenset[int] = frozenset({200, 302})
    """To whoever may read it."""
    refused: int = 403


def act(name: str, path: Callable[[World], str], *changes: str, **fields: object) -> Act:
    return Act(name, path, lambda world: fields, frozenset(changes))


def act_with(
    name: str, path: Callable[[World], str], fields: Callable[[World], Fields], *changes: str
) -> Act:
    return Act(name, path, fields, frozenset(changes))


def studio(page: str, which: Callable[[World], Campaign], *more: str) -> Callable[[World], str]:
    return lambda world: reverse(f"admin:studio_{page}", args=[which(world).pk, *more])


def studio_of_each(page: str, *more: str) -> Callable[[World], list[str]]:
    return lambda world: [
        reverse(f"admin:studio_{page}", args=[each.pk, *more]) for each in world.campaigns
    ]


def at(page: str, which: Callable[[World], int] | None = None) -> Callable[[World], str]:
    return lambda world: reverse(f"admin:{page}", args=[which(world)] if which else [])


def own(page: str, which: Callable[[World], int] | None = None) -> Callable[[World], str]:
    """Return the path of a page that is none of the admin site's."""
    return lambda world: reverse(page, args=[which(world)] if which else [])


def model_pages(
    label: str,
    *,
    see: Needs,
    add: Needs = Access.NOBODY,
    change: Needs | None = None,
    adds: Callable[[World], Fields] | None = None,
    changes: Callable[[World], Fields] | None = None,
    changes_row: Callable[[World], int] | None = None,
    table: str = "",
) -> list[Page]:
    """Return the five pages that the admin makes for a model. Nothing is deleted on any."""
    return [
        Page(f"{label}_changelist", see, see),
        Page(
            f"{label}_add",
            add,
            add,
            (act_with("add", at(f"{label}_add"), adds, table),) if adds else (),
        ),
        Page(
            f"{label}_change",
            see,
            Access.NOBODY if change is None else change,
            (act_with("change", at(f"{label}_change", changes_row), changes, table),)
            if changes
            else (),
        ),
        Page(f"{label}_history", see, see),
        Page(f"{label}_delete", Access.NOBODY, Access.NOBODY),
    ]

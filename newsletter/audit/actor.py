"""The actor: a member of staff, the operator of a command, a visitor, or Convene itself.

An entry point says so once (a request's middleware, `manage.py`), and whatever is recorded
underneath takes it from here. So actions don't pass it on from hand to hand.
"""

import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from django.db.models import TextChoices


class ActorKind(TextChoices):
    """Kinds of actors."""

    ACCOUNT = "account", "Staff account"
    OPERATOR = "operator", "Command line"
    VISITOR = "visitor", "Visitor"
    CONVENE = "convene", "Convene"


@dataclass(frozen=True, slots=True)
class Actor:
    """An actor, as the audit log names them."""

    kind: ActorKind
    name: str
    account_id: int | None = None
    network: str = ""
    system_user: str = ""
    """Of an operator: the name without what they may say themselves."""

    @property
    def key(self) -> str:
        """A key of this person alone; empty where nobody in particular acts."""
        if self.kind is ActorKind.ACCOUNT:
            return f"account:{self.account_id}"
        return (
            f"operator:{self.system_user or self.name}" if self.kind is ActorKind.OPERATOR else ""
        )


CONVENE = Actor(ActorKind.CONVENE, "Convene")
"""The clock and the workers: whoever asked for their work is recorded where they asked."""

_LONGEST_NAME = 32
"""Characters of a name of the environment. The column is for people's names."""

_current: ContextVar[Callable[[], Actor]] = ContextVar("actor", default=lambda: CONVENE)


def current_actor() -> Actor:
    """Return who is acting in this thread of work."""
    return _current.get()()


@contextmanager
def acting(actor: Callable[[], Actor]) -> Iterator[None]:
    """Have everything inside done by this actor.

    Args:
        actor: asked when something is recorded, and not before: most requests record nothing, and
            need not look up an account for it.
    """
    token = _current.set(actor)
    try:
        yield
    finally:
        _current.reset(token)


def operator_name() -> str:
    """Return the name of the person who runs a command, for the record of what they did.

    SUDO_USER tells who became root, where it is true: anybody can set it. It tells nobody apart.
    """
    by_sudo = os.environ.get("SUDO_USER", "")[:_LONGEST_NAME]
    return f"{_system_user()}, SUDO_USER={by_sudo}" if by_sudo else _system_user()


def _system_user() -> str:
    """Return the name of the process's user id. LOGNAME and its like say what anybody types."""
    try:
        return f"{pwd.getpwuid(os.getuid()).pw_name} (command line)"
    except KeyError:  # no name for this user id, as in some containers
        return "command line"


def operator() -> Actor:
    """Return the person who runs a command."""
    return Actor(ActorKind.OPERATOR, operator_name(), system_user=_system_user())

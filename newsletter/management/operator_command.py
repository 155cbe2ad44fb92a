"""Commands that change something, or give data away: the audit log says who ran them."""

import logging
from typing import Any, ClassVar

from django.core.management.base import BaseCommand
from django.db import DatabaseError, transaction

from newsletter.audit.actor import acting, operator
from newsletter.audit.record import record
from newsletter.audit_actions import CommandAction

logger = logging.getLogger(__name__)


class OperatorCommand(BaseCommand):
    """A command whose work is done by the operator, as far as the audit log is concerned."""

    recorded_options: ClassVar[tuple[str, ...]] = ()
    """The options whose values the audit log keeps. None that is, or may hold, an address."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with acting(operator):
            # Before the work and outside of its transaction: an attempt that fails is told, too.
            self._record(CommandAction.RAN, options)
            try:
                return super().execute(*args, **options)
            except BaseException:  # what ends by sys.exit or Ctrl-C is told, too
                self._record(CommandAction.FAILED, options)
                raise

    def _record(self, action: CommandAction, options: dict[str, Any]) -> None:
        command = type(self).__module__.rpartition(".")[2]
        told: dict[str, Any] = {name: _kept(options.get(name)) for name in self.recorded_options}
        try:
            with transaction.atomic():
                record(action, label=command, **told)
        except DatabaseError:
            # The command itself finds this out next, and says what to do.
            logger.info("%s could not be recorded in the audit log.", command)


def _kept(value: object) -> str | int | bool | None:
    return value if value is None or isinstance(value, (int, bool)) else str(value)

"""Commands that change something, or give data away: the audit log says who ran them."""

import logging
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, transaction

from newsletter.audit.actor import acting, operator
from newsletter.audit.record import record
from newsletter.audit_actions import CommandAction

logger = logging.getLogger(__name__)


class OperatorCommand(BaseCommand):
    """A command whose work is done by the operator, as far as the audit log is concerned."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        with acting(operator):
            self._record()
            return super().execute(*args, **options)

    def _record(self) -> None:
        # Before the work and outside of its transaction: an attempt that fails is told, too.
        name = type(self).__module__.rpartition(".")[2]
        try:
            with transaction.atomic():
                record(CommandAction.RAN, label=name)
        except DatabaseError:
            # The command itself finds this out next, and says what to do.
            logger.info("%s could not be recorded in the audit log.", name)

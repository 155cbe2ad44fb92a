"""`erase_subscriber ADDRESS`: erase a person, at their request."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from newsletter.audit.actor import operator_name
from newsletter.core.addresses import BadAddress, parse_address
from newsletter.core.plural import number_of
from newsletter.management.operator_command import OperatorCommand
from subscribers.people.erase import erase


class Command(OperatorCommand):
    help = (
        "Erase a subscriber's data at their request. Only a code computed from the address is "
        "kept, so that they are not added again by mistake."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", metavar="ADDRESS", help="the subscriber's email address")
        parser.add_argument(
            "--yes", action="store_true", help="don't ask for confirmation; erasing can't be undone"
        )

    def handle(self, *args: Any, address: str, yes: bool, **options: Any) -> None:
        try:
            parsed = parse_address(address)
        except BadAddress as error:
            raise CommandError(f"{address!r} is not an email address: {error}") from error
        if not yes:
            self._ask(parsed)
        erased = erase(parsed, staff=operator_name())
        if not erased.anything:
            raise CommandError(f"There is no data for {parsed}. Nothing was changed.")
        self.stdout.write(
            f"Erased {parsed}: {'the subscriber' if erased.subscriber else 'no subscriber'}, "
            f"{number_of(erased.messages, 'message')}, "
            f"{number_of(erased.submissions, 'waiting form')}, and personal details in "
            f"{number_of(erased.records, 'consent record')}."
        )

    def _ask(self, address: str) -> None:
        if not sys.stdin.isatty():
            raise CommandError("Erasing can't be undone. To confirm without a terminal, add --yes.")
        if input(
            f"Erase all data of {address}? This can't be undone. [y/N] "
        ).strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was changed.")

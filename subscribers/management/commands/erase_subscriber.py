"""Erase a person, at their request."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from newsletter.core.addresses import BadAddress, parse_address
from subscribers.management.operator import operator
from subscribers.people.erase import erase


class Command(BaseCommand):
    help = (
        "Erase what is kept of a person. That they must not be written to stays known, by a "
        "digest of the address alone."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", metavar="ADDRESS", help="the person's e-mail address")
        parser.add_argument("--yes", action="store_true", help="don't ask; it can't be undone")

    def handle(self, *args: Any, address: str, yes: bool, **options: Any) -> None:
        try:
            parsed = parse_address(address)
        except BadAddress as error:
            raise CommandError(f"{address!r} is not an e-mail address: {error}") from error
        if not yes:
            self._ask(parsed)
        erased = erase(parsed, staff=operator())
        if not erased.anything:
            raise CommandError(f"Nothing is kept under {parsed}. Nothing was changed.")
        self.stdout.write(
            f"Erased {parsed}: {'the subscriber' if erased.subscriber else 'no subscriber'}, "
            f"{erased.messages} message(s),"
            f" {erased.submissions} waiting form(s), the circumstances of {erased.records} "
            f"consent record(s)."
        )

    def _ask(self, address: str) -> None:
        if not sys.stdin.isatty():
            raise CommandError("It can't be undone, and nobody is here to ask. Give --yes.")
        if input(f"Erase {address} for good? [y/N] ").strip().lower() not in ("y", "yes"):
            raise CommandError("Nothing was changed.")

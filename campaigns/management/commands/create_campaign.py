"""The command `create_campaign`, which makes a draft from JSON and prints its id."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.db import DatabaseError

from campaigns.content.check_content import ContentError
from campaigns.content.create_campaign import MAXIMUM_BYTES, create_campaign, read_json
from newsletter.management.operator_command import OperatorCommand

USAGE = 2
"""Exit code where the file can't be read; 1 means that its content is refused."""


class Command(OperatorCommand):
    help = "Create a draft campaign from a JSON file and print its id. Nothing is sent."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", metavar="FILE.json", help="the campaign as JSON; use - for standard input"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["file"]
        try:
            campaign = create_campaign(read_json(_bytes_of(name)))
        except OSError as error:
            raise CommandError(
                f"Can't read {name}: {error.strerror or error}.", returncode=USAGE
            ) from error
        except ValueError as error:
            if not isinstance(error, ContentError):  # a NUL in the file's name
                raise CommandError(f"Can't read {name!a}: {error}.", returncode=USAGE) from error
            raise CommandError(f"{name}: {error}") from error
        except DatabaseError as error:
            raise CommandError(
                f"The database can't be used ({str(error).strip()}). To set it up, run: manage.py "
                f"migrate, then manage.py bootstrap"
            ) from error
        self.stdout.write(str(campaign.pk))


def _bytes_of(name: str) -> bytes:
    """Read a file, or one byte more than the allowed maximum of it."""
    if name == "-":
        return sys.stdin.buffer.read(MAXIMUM_BYTES + 1)
    with Path(name).open("rb") as file:
        return file.read(MAXIMUM_BYTES + 1)

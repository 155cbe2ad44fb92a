"""The command `version`: the release and the commit that is installed."""

import json
import platform
from typing import Any

import django
from django.core.management.base import BaseCommand, CommandParser

from newsletter.core.code_version import code_version


class Command(BaseCommand):
    help = "Print the version of Convene, and with --json those of Python and Django, too."
    requires_system_checks: list[str] = []  # it is asked for when something is wrong

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print the versions as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        version = code_version()
        if not options["json"]:
            self.stdout.write(str(version))
            return
        self.stdout.write(
            json.dumps(
                {
                    "release": version.release,
                    "commit": version.commit,
                    "python": platform.python_version(),
                    "django": django.get_version(),
                }
            )
        )

"""The command `rotate_link_keys`, which prints a value of LINK_KEYS with a new key in front."""

import secrets
from typing import Any

from django.conf import settings

from newsletter.management.operator_command import OperatorCommand


class Command(OperatorCommand):
    help = (
        "Print the value of LINK_KEYS with a new key in front, which signs from then on. Nothing "
        "is changed here: set it on all hosts, and restart all processes. All former keys stay, "
        "because links in old mail never expire; the last one stays last, because opt-outs are "
        "found by it."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(",".join([secrets.token_urlsafe(48), *settings.LINK_KEYS]))
        self.stderr.write(
            "Set this as LINK_KEYS on all hosts first, then restart their processes; until then "
            "one host's links don't work on another. Keep a copy apart from your backups."
        )

"""The command `bootstrap`, which creates what a new installation needs.

A second run finds nothing to do.
"""

from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.db import OperationalError, ProgrammingError

from campaigns.demo.brand import make_brand
from campaigns.demo.emails import NoLanguageForDemo
from campaigns.demo.load import load_demo
from campaigns.demo.refusals import NotForRealMail
from campaigns.management.staff_login import login_file, make_first_staff
from newsletter.management.operator_command import OperatorCommand


class Command(OperatorCommand):
    help = (
        "Set up a new installation: create the brand and a staff account with a random password. "
        "With --demo, add sample data if the installation is empty. Existing data is never "
        "changed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--demo",
            action="store_true",
            help="add sample data to an empty installation (inbox:// only)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            make_brand()
            self._staff()
            if options["demo"]:
                self._demo()
        except (OperationalError, ProgrammingError) as error:
            raise CommandError(
                f"The database is not ready ({_first_line(error)}). Run: manage.py migrate"
            ) from error

    def _staff(self) -> None:
        path = login_file()
        try:
            made = make_first_staff()
        except OSError as error:
            raise CommandError(
                f"Can't save the staff login in {path}: {error.strerror or error}."
            ) from error
        if made:
            self.stdout.write(
                f"Created a staff account. Sign in at /staff/ with:\n\n"
                f"{path.read_text(encoding='utf-8')}"
            )
            self.stdout.write(
                f"The login is saved in {path}. Delete the file once you have stored it elsewhere."
            )
        elif path.exists():
            self.stdout.write(
                f"There is already a staff account. Its first login is saved in {path}."
            )
        else:
            self.stdout.write("There is already a staff account.")

    def _demo(self) -> None:
        try:
            loaded = load_demo()
        except (NotForRealMail, NoLanguageForDemo) as error:
            raise CommandError(str(error)) from error
        if loaded is None:
            self.stdout.write("This installation has data already. No demo data was added.")
        else:
            self.stdout.write(
                f"Demo data added: campaign {loaded.sent.pk} has been sent, campaign "
                f"{loaded.ready.pk} is ready to launch."
            )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0]

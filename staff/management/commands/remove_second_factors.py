"""The command `remove_second_factors`, for the only administrator who has lost them."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import CommandError, CommandParser

from newsletter.audit.actor import operator_name
from newsletter.core.plural import number_of
from newsletter.management.operator_command import OperatorCommand
from staff.second_factor.factors import Factors, clear_second_factors

NOT_TOLD = "The account has no email address, so its owner isn’t told: tell them yourself."


class Command(OperatorCommand):
    recorded_options = ("username",)
    help = (
        "Remove all second steps of a staff account whose owner has lost them, and sign the "
        "account out everywhere. Its owner is told by email. Make sure who asks: after that the "
        "password alone opens the account. Exit code 1: there is no such account, or it has no "
        "second step."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", metavar="USERNAME", help="the account's username")

    def handle(self, *args: Any, **options: Any) -> None:
        name = options["username"]
        account = User.objects.filter(username=name).first()
        if account is None:
            raise CommandError(f"There is no staff account with the username {name!r}.")
        removed = clear_second_factors(account, by=operator_name())
        if not (removed.any or removed.codes):
            raise CommandError(f"{name} has no second step. Nothing was changed.")
        told = "The owner is told by email." if account.email else NOT_TOLD
        self.stdout.write(f"Removed {_in_words(removed)}. {name} is signed out everywhere. {told}")


def _in_words(removed: Factors) -> str:
    parts = [number_of(len(removed.passkeys), "passkey")] if removed.passkeys else []
    parts += ["the authenticator app"] if removed.app else []
    parts += [number_of(removed.codes_left, "recovery code")] if removed.codes else []
    return ", ".join(parts)

"""Django's `changepassword`, with an entry in the audit log."""

from django.contrib.auth.management.commands import changepassword

from newsletter.management.operator_command import OperatorCommand


class Command(OperatorCommand, changepassword.Command):
    """Django's command, recorded with the operator's name."""

"""Django's `createsuperuser`, with an entry in the audit log."""

from django.contrib.auth.management.commands import createsuperuser

from newsletter.management.operator_command import OperatorCommand


class Command(OperatorCommand, createsuperuser.Command):
    """Django's command, recorded with the operator's name."""

"""`verify_consent [--json] [--restored] [--adopt]`: whether the evidence of consent is whole."""

from typing import Any

from django.core.management.base import CommandParser

from newsletter.audit.actor import acting, operator
from newsletter.audit.record import record
from newsletter.core.plural import number_of
from newsletter.management.verify_command import VerifyCommand
from subscribers.audit_actions import ConsentAuditAction
from subscribers.evidence.adopt import Adoption
from subscribers.evidence.chain import CONSENT
from subscribers.models import ConsentRecord, ConsentWording, ImportBatch


class Command(VerifyCommand):
    help = (
        "Check that nothing in the consent records and their wordings was changed, removed or "
        "inserted. Exit code 1: something was; each place is named."
    )
    chain = CONSENT

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--adopt",
            action="store_true",
            help=(
                "the release before was still running while you upgraded: sign the records that it "
                "wrote, and record in the audit log how many they were"
            ),
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["adopt"]:
            self._adopt()
        super().handle(*args, **options)

    def _adopt(self) -> None:
        signed = Adoption(ConsentRecord, ConsentWording, ImportBatch).run()
        if signed:
            with acting(operator):
                record(ConsentAuditAction.ADOPTED, label=number_of(signed, "record"))
        self.stderr.write(f"Signed: {number_of(signed, 'record')}.")

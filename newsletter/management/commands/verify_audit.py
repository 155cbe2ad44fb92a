"""`verify_audit [--json] [--restored]`: whether the audit log is as it was written."""

from newsletter.audit.chain import AUDIT_LOG
from newsletter.management.verify_command import VerifyCommand


class Command(VerifyCommand):
    help = (
        "Check that nothing in the audit log was changed, removed or inserted. Exit code 1: "
        "something was; each place is named."
    )
    chain = AUDIT_LOG

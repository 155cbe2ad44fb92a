"""The audit log as a table that is sealed."""

from collections.abc import Iterator

from newsletter.audit.digests import signature_faults_of
from newsletter.audit.emptied import is_empty
from newsletter.audit_actions import AuditLogAction
from newsletter.models import AuditEntry, AuditSeal
from newsletter.seals.chain import Chain


def faults(entry: AuditEntry) -> Iterator[str]:
    """Yield what is wrong with an entry."""
    yield from signature_faults_of(entry)
    if entry.emptied_at is not None and not is_empty(entry):
        yield "it was emptied, and something was written into it since."


AUDIT_LOG = Chain(
    name="The audit log",
    entry="entry",
    entries="entries",
    rows=AuditEntry,
    seals=AuditSeal,
    digest="digest",
    written_at="at",
    kind="seal",
    file_name="audit-seal.json",
    command="verify_audit",
    restored=AuditLogAction.RESTORED,
    faults=faults,
)

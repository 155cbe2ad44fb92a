"""Columns, constraints and predicates. What touches a second table is an action."""

from newsletter.models.audit_entry import AuditEntry, AuditSeal
from newsletter.models.brand import THE_BRAND, Brand
from newsletter.models.database_history import DatabaseHistory
from newsletter.models.epoch import Epoch
from newsletter.models.inbox_message import InboxMessage
from newsletter.models.intake import Intake
from newsletter.models.mailer_day import MailerDay
from newsletter.models.mailer_health import MailerHealth
from newsletter.models.media_image import MediaImage
from newsletter.models.provider_event import ProviderEvent
from newsletter.models.provider_report import ProviderReport
from newsletter.models.public_change import PublicChange
from newsletter.models.running_process import ProcessKind, RunningProcess
from newsletter.models.seal import Seal
from newsletter.models.transactional_message import TransactionalMessage
from newsletter.models.written_address import WrittenAddress

__all__ = [
    "THE_BRAND",
    "AuditEntry",
    "AuditSeal",
    "Brand",
    "DatabaseHistory",
    "Epoch",
    "InboxMessage",
    "Intake",
    "MailerDay",
    "MailerHealth",
    "MediaImage",
    "ProcessKind",
    "ProviderEvent",
    "ProviderReport",
    "PublicChange",
    "RunningProcess",
    "Seal",
    "TransactionalMessage",
    "WrittenAddress",
]

"""The development inbox: what would have left stays on this machine."""

from collections.abc import Mapping

from newsletter.transport.config.mailer_parts import MailerParts
from newsletter.transport.providers.parts.provider import Capabilities, MailerScheme, Provider

INBOX_URL = "inbox://"


def _read_url(parts: MailerParts, options: Mapping[str, object]) -> dict[str, object]:
    if parts.host or parts.user or parts.password:
        raise parts.problem("the development inbox takes no host and no password")
    return {}


PROVIDER = Provider(
    key="inbox",
    backend="newsletter.transport.connections.inbox_backend.InboxBackend",
    capabilities=Capabilities(name="the development inbox", has_api=False, keeps_message_id=True),
    schemes={"inbox": MailerScheme(example=INBOX_URL, read=_read_url)},
)

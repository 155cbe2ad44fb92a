"""The readers of ALERT_EMAIL, ALERT_URL and HEARTBEAT_URL: who is told when something is wrong.

Hosts must be public, since what is behind our own firewall mustn't be reached by a variable.
"""

from email_validator import EmailNotValidError, validate_email

from config.environment.setting_readers import words
from config.environment.unusable_value import UnusableValue
from newsletter.core.outbound.trouble import OutboundError
from newsletter.transport.config.alert_target import (
    AlertTarget,
    BadTarget,
    parse_alert_target,
    require_public,
)


def alert_addresses(value: str) -> tuple[str, ...]:
    """Read email addresses with commas or spaces between them."""
    found: dict[str, None] = {}
    for word in words(value):
        try:
            checked = validate_email(word, check_deliverability=False)
        except EmailNotValidError:
            raise UnusableValue(f"{word!r} is not an email address") from None
        found[f"{checked.local_part}@{checked.ascii_domain}"] = None
    return tuple(found)


def alert_url(value: str) -> AlertTarget:
    """Read where alerts are posted to, and in which form."""
    try:
        return parse_alert_target(value)
    except BadTarget as error:
        raise UnusableValue(str(error), example=error.example) from None


def heartbeat_url(value: str) -> str:
    """Read an address that is fetched as long as all is well."""
    try:
        require_public(value)
    except OutboundError:
        # Its path is a secret: whoever knows it can keep the alarm from being raised.
        raise UnusableValue("it is no web address of a public host") from None
    return value

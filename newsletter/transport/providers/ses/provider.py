"""Amazon SES: its mailer URL, what it can do, and where the rest of it stands in this folder."""

import re
from collections.abc import Mapping
from typing import Any

from newsletter.transport.config.mailer_options import (
    ANSWER_TIMEOUT,
    API_OPTIONS,
    CONNECT_TIMEOUT,
    MailerOption,
    identifier,
)
from newsletter.transport.config.mailer_parts import MailerParts
from newsletter.transport.providers.parts.provider import Capabilities, MailerScheme, Provider
from newsletter.transport.providers.parts.webhook import Signature, Webhook
from newsletter.transport.providers.ses.errors import read_error
from newsletter.transport.providers.ses.events import read_event, reported_class, server_answers
from newsletter.transport.providers.ses.signature import check_signature, fetch_certificate
from newsletter.transport.results.response_format import ResponseFormat


def _read_url(parts: MailerParts, options: Mapping[str, object]) -> dict[str, object]:
    words = parts.host.split("-")
    if not (
        len(words) >= 3
        and words[-1].isdigit()
        and all(word.isalpha() for word in words[:-1])
        and not parts.port
    ):
        raise parts.problem("after :// or the @ stands the region of Amazon SES")
    if bool(parts.user) != bool(parts.password):
        raise parts.problem(
            "it has an access key or a secret, but not both; without either, those of the "
            "environment are used"
        )
    client: dict[str, object] = {
        "region_name": parts.host,
        # boto3 sends again by itself after a timeout, and so a second copy: once is all.
        "config": {
            "retries": {"total_max_attempts": 1},
            "connect_timeout": CONNECT_TIMEOUT,
            "read_timeout": options.get("timeout", ANSWER_TIMEOUT),
        },
    }
    if parts.user:
        client |= {"aws_access_key_id": parts.user, "aws_secret_access_key": parts.password}
    if "api_url" in options:
        client["endpoint_url"] = options["api_url"]
    chosen = {name: options[name] for name in ("configuration_set_name",) if name in options}
    return {"client_params": client, **chosen}


def _limit_answers(backend: Any) -> None:
    from newsletter.transport.providers.ses import client

    client.limit_answers(backend)


def _probe(backend: Any) -> str:
    # Takes its time to import.
    from botocore.exceptions import ClientError

    try:
        backend.client.get_account()
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))[:60]
        # Whoever may only send is known, and told so.
        return "" if code == "AccessDeniedException" else f"it refuses us ({code})"
    return ""


PROVIDER = Provider(
    key="ses",
    backend="anymail.backends.amazon_ses.EmailBackend",
    # Our reference travels as X-Metadata.
    capabilities=Capabilities(
        name="Amazon SES",
        keeps_message_id=True,
        # docs.aws.amazon.com: "the local part must use 7-bit ASCII".
        ascii_mailboxes_only=True,
        takes_mime=True,
    ),
    schemes={
        "ses": MailerScheme(
            example="ses://eu-west-1",
            read=_read_url,
            options={
                **API_OPTIONS,
                "configuration_set_name": MailerOption(
                    identifier, "configuration_set_name=newsletter"
                ),
            },
        )
    },
    # The SES API v2 (Common Errors: ServiceUnavailable) doesn't say that a 503 was not taken.
    responses=ResponseFormat(read_error=read_error),
    limit_answers=_limit_answers,
    probe=_probe,
    webhook=Webhook(
        read=read_event,
        reported_class=reported_class,
        server_answers=server_answers,
        signature=Signature(
            check=check_signature,
            key=re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d+:[\w.-]+", re.ASCII),
            key_shape="ARN-OF-THE-TOPIC",
            is_checked_without_key=True,
            fetch_certificate=fetch_certificate,
        ),
        headers=("x-amz-sns-message-type",),
        # Amazon SNS sends a user name and password only after it was asked for them.
        asks_first=True,
    ),
)

"""Telling a mail system's bounce from the automatic reply of somebody who is away."""

import re
from email.message import Message
from email.utils import parseaddr

from newsletter.webhooks.incoming_mail import header_in_words

_DAEMON_ADDRESS = re.compile(
    r"^(?:mailer.?daemon|post.?master|mail.?daemon|mdaemon|mail.?delivery|mailadm\w*|daemon|ndr"
    r"|bounces?|smtp.*|e\d+_smtp.*)\b",
    re.IGNORECASE,
)
_DAEMON_NAME = re.compile(
    r"mailer.?daemon|mail.?delivery|delivery (?:sub)?system|postmaster|system "
    r"administrator|jetmail system|mail administrator",
    re.I,
)
_FAILURE = re.compile(
    r"^\W*(?:undeliver|returned mail|failure (?:notice|delivery)|delivery (?:status|failure"
    r"|report|notification)|mail (?:delivery )?(?:failed|failure|error)"
    r"|failed mail|(?:your )?(?:mail|message) (?:\S+ ){0,4}?could not be delivered"
    r"|delivery has failed|message (?:delivery failure|delayed|non distribu)|non.?delivery"
    r"|permanent delivery failure|unzustellbar"
    r"|не доставлено|warning: .*delay)",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"^\W*(?:out.?of.?(?:the.?)?office|automatic (?:reply|response|antwort)"
    r"|auto(?:matic)?[ -]?(?:re(?:ply|sponse|sponder)|:)|away from|vacation|on (?:leave|holiday)"
    r"|r[eé]ponse automatique|absence\b|abwesen|automatische (?:antwort|abwesen)|respuesta autom"
    r"|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)"
    r"|resposta autom|automatisch antwoord|afwezig|autosvar|automatiskt svar"
    r"|odpowied[zź] automatyczna|r[aă]spuns automat|absent\b"
    r"|автоответ|автоматический ответ|автоматична відповідь|رد تلقائي"
    r"|自動応答|自動返信|不在|自动答复|自动回复)",
    re.IGNORECASE,
)


def is_from_a_mail_system(mail: Message) -> bool:
    """Return whether a mail system wrote this, so that it may speak of mailboxes.

    No person is called MAILER-DAEMON, or names failed recipients.
    """
    name, address = parseaddr(header_in_words(mail, "From"))
    return (
        mail.get("X-Failed-Recipients") is not None
        or bool(
            _DAEMON_ADDRESS.match(address.strip("\"' <"))
            or _DAEMON_NAME.search(name or header_in_words(mail, "From"))
        )
        or _is_delivery_report(mail)
        or bool(_FAILURE.match(header_in_words(mail, "Subject")))
        or (mail.get("From") is not None and "@" not in header_in_words(mail, "From"))
    )


def has_a_null_return_path(mail: Message) -> bool:
    """Return whether the envelope's sender was empty.

    It is in a delivery report (RFC 5321 section 4.5.5), and in a careful automatic reply.
    """
    return header_in_words(mail, "Return-Path").strip().lower() in ("<>", "<mailer-daemon>")


def is_an_automatic_reply(mail: Message) -> bool:
    """Return whether a person's mail program says that it answered by itself (RFC 3834).

    It says so in a header or, where that lacks, in the subject. A receipt (RFC 8098) is an
    automatic reply, too.
    """
    return (
        header_in_words(mail, "Auto-Submitted", "no").strip().lower().startswith("auto-replied")
        or any(
            mail.get(name) is not None
            for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder")
        )
        or header_in_words(mail, "Precedence").strip().lower() == "auto_reply"
        or str(mail.get_param("report-type") or "").lower() == "disposition-notification"
        or bool(_AWAY.match(header_in_words(mail, "Subject")))
    )


def _is_delivery_report(mail: Message) -> bool:
    return str(mail.get_param("report-type") or "").lower() == "delivery-status" or any(
        part.get_content_type() == "message/delivery-status" for part in mail.walk()
    )

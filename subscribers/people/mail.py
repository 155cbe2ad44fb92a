"""The single messages about a person's own data: links that they asked for, and what was done."""

from newsletter.brand.current import current_brand
from newsletter.models import TransactionalMessage
from newsletter.outbox.queue import queue_message
from newsletter.rendering.notices import render_notice
from subscribers.consent.mail import mail_language, send_link
from subscribers.consent.mail_limits import may_mail_today
from subscribers.consent.urls_in_mail import (
    change_address_url,
    download_url,
    erase_url,
    never_again_url,
    new_address_url,
)
from subscribers.models import AddressChange, Subscriber
from subscribers.suppression.policy import may_receive_notices


def send_erase_link(subscriber: Subscriber) -> TransactionalMessage | None:
    """Mail a subscriber the link that erases their data, as often as `send_link` allows."""
    return send_link("erase_link", subscriber, {"erase_url": erase_url(subscriber)})


def send_address_link(subscriber: Subscriber) -> TransactionalMessage | None:
    """Mail a subscriber the link for naming another address, as often as `send_link` allows."""
    return send_link("address_link", subscriber, {"change_url": change_address_url(subscriber)})


def send_download_link(subscriber: Subscriber) -> TransactionalMessage | None:
    """Mail a subscriber the link that downloads their data, as often as `send_link` allows."""
    return send_link("download_link", subscriber, {"download_url": download_url(subscriber)})


def send_new_address_link(change: AddressChange) -> TransactionalMessage | None:
    """Ask the owner of a new address to confirm it, at most once a day.

    Like the question of a sign-up: otherwise anybody who follows a topic could have strangers
    written to.
    """
    if not may_mail_today("new_address", to=change.email):
        return None
    context = {
        "new_address_url": new_address_url(change.pk),
        "never_again_url": never_again_url(change.digest),
    }
    subscriber = change.subscriber
    return _queue(
        "new_address",
        to=change.email,
        language=subscriber.language,
        context=context,
        is_discreet=subscriber.discreet_since is not None,
    )


def send_address_changed(
    *, to: str, digest: str, language: str, is_discreet: bool = False
) -> TransactionalMessage | None:
    """Tell the old address that mail goes to another one from now on, without naming it.

    Args:
        to, digest: the old address.
        language: that the person chose.
        is_discreet: whether the person is in discreet mode.
    """
    return (
        _queue(
            "address_changed",
            to=to,
            language=language,
            context=_whom_to_ask(),
            is_discreet=is_discreet,
        )
        if may_receive_notices(digest)
        else None
    )


def send_erased(
    *, to: str, digest: str, language: str, is_discreet: bool = False
) -> TransactionalMessage | None:
    """Tell the owner of an address that everything about them was erased.

    The message is the last that names them: its address goes as soon as it was sent
    (newsletter.retention.forget).

    Args:
        is_discreet: whether they were in discreet mode.
    """
    if not may_receive_notices(digest):
        return None
    return _queue(
        "erased", to=to, language=language, context=_whom_to_ask(), is_discreet=is_discreet
    )


def erased_html(language: str) -> str:
    """Return the text of `send_erased`, which names nobody, for who reads it on a page."""
    context = {**_whom_to_ask(), "language": mail_language(language)}
    return render_notice("erased", context, brand=current_brand()).html


def _queue(
    kind: str, *, to: str, language: str, context: dict[str, str], is_discreet: bool
) -> TransactionalMessage:
    """Queue a message to an address that isn't, or is no longer, its owner's with us."""
    context = {**context, "language": mail_language(language)}
    rendered = render_notice(kind, context, brand=current_brand())
    return queue_message(kind, to=to, rendered=rendered, is_discreet=is_discreet)


def _whom_to_ask() -> dict[str, str]:
    """Return the contact for a person who didn't ask for what was done."""
    brand = current_brand()
    return {"contact": brand.contact_email or brand.reply_to}

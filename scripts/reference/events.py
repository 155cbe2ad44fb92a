"""The page of events: what providers report, what it leads to, and what the audit log records."""

from collections.abc import Iterator

from campaigns.states import (
    CAMPAIGN_TRANSITIONS,
    DELIVERY_TRANSITIONS,
    CampaignStatus,
    DeliveryStatus,
)
from newsletter.audit_actions import AuditedAction
from newsletter.core.db.transition import Transitions
from newsletter.states import (
    MESSAGE_TRANSITIONS,
    BounceClass,
    MessageStatus,
    ProviderEventKind,
)
from newsletter.transport.providers.registry import PROVIDERS
from scripts.reference.markdown import code, heading, page, table
from subscribers.states import SUBSCRIPTION_TRANSITIONS, SubscriptionStatus

_INTRODUCTION = """\
Three kinds of things happen here and are kept: what a provider reports of an email (a *provider
event*), what becomes of a row (a *state*), and what somebody does (an entry of the *audit log*). A
meeting that is announced is an event, too; [Events](../events.md) tells of those."""

_STATES = (
    ("Campaigns", CampaignStatus, CAMPAIGN_TRANSITIONS),
    ("Deliveries", DeliveryStatus, DELIVERY_TRANSITIONS),
    ("Single emails", MessageStatus, MESSAGE_TRANSITIONS),
    ("Subscriptions", SubscriptionStatus, SUBSCRIPTION_TRANSITIONS),
)


def events() -> str:
    """Return the page."""
    return page("Events and states", _INTRODUCTION, [*_provider_events(), *_states(), *_audit()])


def _provider_events() -> Iterator[str]:
    yield heading(2, "Provider events")
    kinds = ", ".join(code(kind.value) for kind in ProviderEventKind)
    classes = ", ".join(code(each.value) for each in BounceClass)
    yield (
        "A provider reports to its webhook ([how](../configuration.md#webhooks)). Each report is"
        " kept as it came; what it says of one recipient "
        f"becomes an event of one of these kinds: {kinds}. A bounce also has a class: {classes}. "
        "What is known already is "
        "left out, and nothing depends on the order "
        "([how](../architecture.md#from-a-providers-report-to-the-ledger))."
    )
    rows = (
        [
            provider.capabilities.name,
            code(f"/webhooks/{provider.key}/"),
            code(f"{provider.key}={provider.webhook.signature.key_shape}")
            if provider.webhook.signature
            else "signs nothing",
        ]
        for provider in PROVIDERS.values()
        if provider.webhook
    )
    yield table(["Provider", "Webhook", "In `WEBHOOK_SIGNING_KEYS`"], rows)


def _states() -> Iterator[str]:
    yield heading(2, "States")
    yield (
        "A row changes its state by a guarded update that names the states it accepts; what isn't"
        " in these tables doesn't happen. A few more moves are "
        "tables of their own, because only a person or a restore makes them: `states.py` of each "
        "app has them."
    )
    for title, states, transitions in _STATES:
        yield heading(3, title)
        yield table(
            ["State", "On pages", "Comes from"],
            (
                [code(state.value), str(state.label), _origins(state.value, transitions)]
                for state in states
            ),
        )


def _origins(state: str, transitions: Transitions) -> str:
    return ", ".join(code(str(origin)) for origin in sorted(transitions.get(state, ())))


def _audit() -> Iterator[str]:
    yield heading(2, "The audit log")
    yield (
        "Each entry has a code, which programs and filters use, and words, which the staff page "
        "**Audit log** shows. The same codes stand in the log "
        "([logs](../operations.md#logs))."
    )
    actions = sorted(
        (str(action.value), str(action.label))
        for actions in AuditedAction.__subclasses__()
        for action in actions
    )
    yield table(["Code", "What was done"], ([code(value), label] for value, label in actions))

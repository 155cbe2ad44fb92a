"""Colours of status labels on staff pages, and those of single messages and provider events."""

from collections.abc import Mapping
from typing import Literal

from newsletter.states import MessageStatus, ProviderEventKind

type StatusColour = Literal["good", "info", "warn", "bad"]
"""Green, blue, yellow and red; a status without one is grey. static/studio.css has them for light
and dark as .st-good, .st-info, .st-warn and .st-bad.
"""

MESSAGE_COLOURS: Mapping[str, StatusColour] = {
    MessageStatus.QUEUED: "info",
    MessageStatus.CLAIMED: "info",
    MessageStatus.ACCEPTED: "good",
    MessageStatus.FAILED: "bad",
    MessageStatus.UNCERTAIN: "warn",
}
PROVIDER_EVENT_COLOURS: Mapping[str, StatusColour] = {
    ProviderEventKind.DELIVERED: "good",
    ProviderEventKind.BOUNCED: "bad",
    ProviderEventKind.REJECTED: "bad",
    ProviderEventKind.COMPLAINED: "bad",
    ProviderEventKind.UNSUBSCRIBED: "warn",
    ProviderEventKind.DEFERRED: "warn",
}

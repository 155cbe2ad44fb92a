"""The cast of the campaigns, who use images."""

from tests.campaigns.conftest import draft, event, followers, sending

__all__ = ["draft", "event", "followers", "sending"]

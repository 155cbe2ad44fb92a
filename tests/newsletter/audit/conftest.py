"""A campaign that something is done to."""

from tests.campaigns.conftest import draft, event, followers, sending

__all__ = ["draft", "event", "followers", "sending"]  # fixtures of the campaigns, here too

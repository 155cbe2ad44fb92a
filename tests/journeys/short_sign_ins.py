"""Short times, and a sign-in that counts as recent for seconds."""

from datetime import timedelta

from tests.journeys.short_times import *  # noqa: F403 - all of them

SIGNED_IN_RECENTLY = timedelta(seconds=25)

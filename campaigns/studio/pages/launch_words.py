"""The wishes of a launch in words, for the progress page: the local hour, and who gets it first."""

from campaigns.models import Campaign
from campaigns.sending.canary import rule_in_words
from campaigns.sending.local_hours import hour_of


def hour_words(campaign: Campaign) -> str:
    """Say at which hour of their clocks recipients get a campaign; empty where all do at once."""
    hour = hour_of(campaign)
    if hour is None:
        return ""
    day = f"{hour.first_day:%A} {hour.first_day.day} {hour.first_day:%B %Y}"
    weekend = ", or on the first day after their weekend" if hour.skips_weekends else ""
    return f"{hour.at:%H:%M} on {day}, by each recipient’s own clocks{weekend}"


def first_words(campaign: Campaign) -> str:
    """Say how many get a campaign first and what comes then; empty where nobody does."""
    size, minutes = campaign.canary_size, campaign.canary_minutes
    if not size:
        return ""
    first = f"{size:,} {'person' if size == 1 else 'people'}. Then it waits"
    if minutes is None:
        return f"{first} until somebody resumes"
    length = f"{minutes:,} minute{'' if minutes == 1 else 's'}"
    if size == 1:
        return f"{first} {length}, and goes on if it arrived and wasn’t reported as spam"
    return f"{first} {length}, and goes on if {rule_in_words(campaign.topic)}"

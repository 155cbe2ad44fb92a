"""Events in people's calendars: what goes with a campaign's emails, and what comes back."""

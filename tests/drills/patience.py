"""The patience of a history's installation, as its settings have it (tests.drills.settings)."""

LEASE = 12.0
"""The lease of a claim, in seconds."""
SEND_BATCH_SIZE = 25
"""The most deliveries of a claim."""

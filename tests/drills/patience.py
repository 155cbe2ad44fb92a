"""How long things take in a history, where they would take minutes in an installation."""

LEASE = 12.0
"""Seconds: CLAIM_LEASE of tests.drills.settings."""

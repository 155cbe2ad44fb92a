"""The times of a history that would be minutes in an installation."""

LEASE = 12.0
"""CLAIM_LEASE of tests.drills.settings, in seconds."""

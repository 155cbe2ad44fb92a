"""Answers to invitations: recording them, and giving out the places of an event."""

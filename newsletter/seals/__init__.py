"""Seals: whatever is altered, removed or inserted in a table that is sealed is found.

The audit log and the consent records are such tables.
"""

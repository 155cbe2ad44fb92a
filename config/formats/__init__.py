"""Formats of dates on pages, by language."""

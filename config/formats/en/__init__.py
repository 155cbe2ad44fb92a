"""Formats of dates on English pages."""

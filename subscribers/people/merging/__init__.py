"""Merging two records of one person, and showing beforehand what comes of it."""

"""Whoever signs in Amazon's place: each process of a history knows their certificate, so that nobody fetches one."""

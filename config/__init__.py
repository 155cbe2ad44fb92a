"""Wiring only: environment, settings, jobs, URLs, checks, health, logs."""

"""Wiring only: environment, settings, jobs, addresses of pages, checks, health, logs."""

"""Wiring only: environment, settings, jobs, addresses of pages, checks, health, logs."""

from config import checks as checks  # importing it registers them
from config.celery import app as celery_app

__all__ = ["celery_app"]

"""Fixtures of browser tests."""

from tests.browser.chromium import chromium, complaints, page, window

__all__ = ["chromium", "complaints", "page", "window"]

"""Measurements on real PostgreSQL and Redis: `python -m benchmarks` (docs/performance.md)."""

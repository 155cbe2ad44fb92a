"""What Convene can do on this machine, measured on real PostgreSQL and Redis: `python -m benchmarks` (docs/performance.md)."""

"""A rehearsal of Convene behind PgBouncer and Redis Sentinel, part of `make deploy-test`."""

"""What the Makefile calls: run, test, and the services that tests need."""

"""Programs of the Makefile: run, test, and the services that tests need."""

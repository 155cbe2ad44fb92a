"""`make deploy-test`: everything in deploy/, on a machine of its own that systemd runs."""

"""Backups of an installation, and restoring one."""

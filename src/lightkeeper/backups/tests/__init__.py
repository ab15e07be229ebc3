"""Backups and restores, whole, interrupted and tampered with."""

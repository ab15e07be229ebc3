"""Backups of a whole installation, and the way back: database and vault together, keys and destruction log apart."""

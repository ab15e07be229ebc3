"""The yearly report as people read it: pages, charts, tables. Nothing is counted here."""

"""Pages, API wiring, templates and static files; no decision is made here."""

"""Tags for the templates of pages."""

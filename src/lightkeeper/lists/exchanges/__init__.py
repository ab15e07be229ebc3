"""Where lists are fetched from: one adapter a file, each giving pages of records; ``syncing`` applies them."""

"""Pictures that the server draws for pages: SVG, each with a sentence that says the same."""

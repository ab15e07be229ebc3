"""Safe decoding of pictures, and the hashes of what was decoded."""

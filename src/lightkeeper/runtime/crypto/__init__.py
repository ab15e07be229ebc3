"""Keys and encryption: master keys wrap purpose keys and data keys, which seal, index and encrypt streams."""

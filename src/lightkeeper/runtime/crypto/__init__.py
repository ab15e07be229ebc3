"""Keys and encryption: master keys wrap purpose keys and data keys; those seal values, index them and encrypt streams."""

"""What rooms run on: keys and encryption, work rows and workers, signed and guarded outbound HTTP."""

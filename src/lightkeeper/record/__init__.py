"""What is kept and proved: items, the vault, the audit chain, legal holds, under whose authority."""

"""What the public reports: a form without sign-in, a ticket, trusted reporters by key, and triage by people."""

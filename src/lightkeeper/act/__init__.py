"""What follows a decision: signed callbacks to the platform."""

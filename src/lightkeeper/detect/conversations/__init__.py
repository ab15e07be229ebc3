"""Conversations: a pure engine that reads signs over time, explains them, and accuses no one."""

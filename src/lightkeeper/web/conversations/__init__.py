"""The page of a conversation's case: why it is here, who wrote when, and what the reviewer says of it."""

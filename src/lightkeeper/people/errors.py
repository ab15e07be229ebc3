"""The one error of the room's services."""


class PeopleError(Exception):
    """What was asked cannot be done; the message is one sentence for the person who asked."""

"""What every action raises that says no to an editor."""


class RefusedError(Exception):
    """What was asked for cannot be; the message says why, to an editor."""

"""Why there is no file. Apart from the client that fetches, which only a connected messenger needs."""

from __future__ import annotations


class NotFetched(Exception):
    """There is no file. ``retryable``: it may be there later.

    The message never holds the address: a messenger's token may be in it.
    """

    retryable = False


class Refused(NotFetched):
    """The address, the answer or the file is not one that is taken."""


class TooLarge(NotFetched):
    """The file is over the limit; the rest of it was not read."""


class Unreachable(NotFetched):
    """The other side does not answer, not in time, or says that it cannot now."""

    retryable = True

"""What may stand behind ``?ref=`` in a link to the community."""

from __future__ import annotations

JOIN = "l_"
"""Before a link code; anything else there is a tag of where the client came from."""

"""What may stand behind ``?start=`` in a link to the bot. Needs no library: the site's chat makes such links."""

from __future__ import annotations

JOIN = "l_"
"""Before a link code; anything else there is a tag of where the client came from."""

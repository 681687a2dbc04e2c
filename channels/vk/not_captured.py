"""What VK's schema and documentation leave open, each as a name: the first real payload corrects one place.

None of it was recorded from a live community.
"""

from __future__ import annotations

NEEDED_RIGHTS = frozenset({"messages", "manage", "docs"})
"""Names in ``groups.getTokenPermissions``; the schema has the field and not its values."""
CONFIRMED, REJECTED = "ok", "failed"
"""``status`` of a server whose address is ours, or not; what else there is means that VK has not asked yet."""
TOO_MANY_SERVERS = 2000
"""The code for an eleventh server."""
START = "start"
"""``command`` in the payload of the first press, made by VK itself."""
FLOOD_SECONDS, METHOD_SECONDS, MAILING_SECONDS = 60.0, 600.0, 3600.0
"""After codes 9, 29 and 944: VK says that it is too much, and not for how long."""

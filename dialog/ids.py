"""Names for the numbers that travel: one type each, so that they cannot be mixed up."""

from __future__ import annotations

from typing import NewType

ConversationId = NewType("ConversationId", int)
PersonId = NewType("PersonId", int)
InboxId = NewType("InboxId", int)
OutboxId = NewType("OutboxId", int)
TurnId = NewType("TurnId", int)
HandoffId = NewType("HandoffId", int)
UserId = NewType("UserId", int)

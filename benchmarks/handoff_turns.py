"""The turns of the handoff harness, made by hand: what is raced is the store, not the engine."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime

from dialog.conversation import Conversation, OwnerKind
from dialog.detection import Detection
from dialog.effects import CloseHandoff, Effect, HandOver, Send
from dialog.inbox import Finished, Work
from dialog.message import Address, InboundMessage, Kind
from dialog.reply import Author, Reply
from dialog.rulebook import Rulebook
from dialog.texts import Texts
from dialog.turn import Trace, Turn, TurnContext

RULEBOOK = Rulebook(digest="handoff", flows={}, heads={}, texts=Texts({"ru": {}}, "ru"))
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_keys = itertools.count(1)


def says(peer: str, text: str, channel: str = "webchat") -> InboundMessage:
    """A client writes."""
    address = Address(channel=channel, account="site", peer=peer)
    return InboundMessage(address=address, event_key=f"k{next(_keys)}", kind=Kind.TEXT, text=text, cuts_burst=True)


def is_return(work: Work) -> bool:
    """Whether a manager gives the conversation back."""
    return work.rows[0].message.kind is Kind.MANAGER_RETURN


def hand_over_turn(work: Work) -> Finished:
    """A person is promised."""
    opening = Send(reply=Reply(text="somebody comes", key="k"), author=Author.SYSTEM)
    return _turn(work, OwnerKind.WAITING, opening, HandOver(reason="asked", label="human", priority=3))


def bot_turn(work: Work) -> Finished:
    """The bot answers whoever has not been taken from it."""
    before = work.conversation
    answer = Send(reply=Reply(text="an answer", key="k"))
    return _turn(work, before.owner, *([answer] if before.owner is OwnerKind.BOT else []))


def give_back_turn(work: Work) -> Finished:
    """The bot speaks again."""
    return _turn(work, OwnerKind.BOT, CloseHandoff(outcome="returned"))


def _turn(work: Work, owner: OwnerKind, *effects: Effect) -> Finished:
    before = work.conversation
    after = Conversation(
        id=before.id,
        address=before.address,
        language=before.language,
        owner=owner,
        owner_id=before.owner_id if owner is OwnerKind.HUMAN else None,
        epoch=before.epoch + (owner is not before.owner),
        version=before.version + 1,
        state=before.state,
    )
    context = TurnContext(now=NOON, seed="0" * 32, detection=Detection(text=""), rulebook=RULEBOOK)
    one = Work(conversation=before, rows=work.rows[:1], lease=work.lease)
    turn = Turn(conversation=after, effects=effects, trace=Trace(route="race"))
    return Finished(work=one, context=context, turn=turn)

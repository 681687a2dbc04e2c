"""Any step of a flow as each messenger would show it: the flow's own texts and choices, no messenger needed."""

from __future__ import annotations

from typing import Any

from bots.cannot_start import CannotStart
from bots.messages import message
from channels.rendering.capabilities import CAPABILITIES
from channels.rendering.drawing import drawn
from channels.rendering.render import render
from channels.rendering.words import words
from dialog import steps
from dialog.clock import Clock, Dice
from dialog.conversation import Conversation, DialogState, OwnerKind, Run
from dialog.detection import EMPTY
from dialog.effects import Send
from dialog.ids import ConversationId
from dialog.message import Address
from dialog.questions import Answerer, Asking
from dialog.reply import Reply
from dialog.rulebook import Rulebook
from dialog.turn import Turn, TurnContext
from dialog.walk import Walk


async def preview(
    rules: Rulebook, answerer: Answerer, clock: Clock, dice: Dice, flow: str, state: str, language: str
) -> list[str]:
    """Lines for a terminal. Raises CannotStart for a flow or a state that is not there, with those that are."""
    replies = await step_replies(rules, answerer, clock, dice, flow, state, language)
    lines: list[str] = []
    for key, can in CAPABILITIES.items():
        title = words(language)[f"name_{key}"]
        lines += [f"── {title} " + "─" * (60 - len(title)), ""]
        for reply in replies:
            for bubble in render(reply, can, language):
                lines += [*drawn(bubble), ""]
    return lines


async def step_replies(
    rules: Rulebook, answerer: Answerer, clock: Clock, dice: Dice, flow: str, state: str, language: str
) -> list[Reply]:
    """What the bot says in ``state`` of the published revision of ``flow``."""
    revision = rules.heads.get(flow)
    if revision is None:
        raise CannotStart(message("no_such_flow", name=flow, known=", ".join(sorted(rules.heads))))
    known = rules.flows[flow, revision].steps
    if state not in known:
        raise CannotStart(message("no_such_state", name=state, known=", ".join(known)))
    standing = Conversation(
        id=ConversationId(1),
        address=Address(channel="preview", account="preview", peer="preview"),
        language=language,
        owner=OwnerKind.BOT,
        owner_id=None,
        epoch=0,
        version=0,
        state=DialogState(run=Run(number=1, flow=flow, revision=revision, state=state), runs=1),
    )
    context = TurnContext(now=clock.now(), seed=dice.seed(), detection=EMPTY, rulebook=rules)
    turn = await _driven(_shown(Walk(standing, context)), answerer, context)
    return [effect.reply for effect in turn.effects if isinstance(effect, Send)]


def _shown(walk: Walk) -> Asking[Turn]:
    yield from steps.show(walk)
    return walk.finish("preview")


async def _driven(generator: Asking[Turn], answerer: Answerer, context: TurnContext) -> Turn:
    answer: Any = None
    while True:
        try:
            question = generator.send(answer)
        except StopIteration as done:
            turn: Turn = done.value
            return turn
        answer = await answerer.answer(question, context.now)

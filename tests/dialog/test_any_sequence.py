"""Whatever is written, pressed, sent, timed or returned, in any order: the promises of the engine hold."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dialog.conversation import DialogState, OwnerKind
from dialog.detection import GateKind, MoodClass
from dialog.effects import HandOver, Send
from dialog.message import Kind
from dialog.reply import Author
from dialog.steps import STALE
from dialog.tokens import TOKEN_LENGTH
from tests.dialog.kit import LANGUAGES, Talk
from tests.dialog.test_every_state import standing, states

Act: TypeAlias = Callable[[Talk], object]
"""One thing that happens to a conversation."""

CHANNEL_LIMIT = 4000
COMMANDS = ("menu", "human", "cancel", "back", "restart", "skip", "other", "withdraw")
ASKED_FOR = ("command_", "press", "greet", "opened", "intent_", "return_", "timer_", "fallback", "prompt_again")
"""Routes where the client (or a manager) asks to see the step: then it may come as often as it is asked for."""


def act(method: str, /, *parts: Any, **named: Any) -> Act:
    """A call of one of Talk's methods, with a readable name for failing examples."""

    def run(talk: Talk) -> object:
        return getattr(talk, method)(*parts, **named)

    run.__qualname__ = f"{method}({', '.join([*map(repr, parts), *(f'{k}={v!r}' for k, v in named.items())])})"
    run.__name__ = run.__qualname__
    return run


def press_any(number: int) -> Act:
    """Press one of all the buttons ever shown."""

    def run(talk: Talk) -> object:
        shown = [choice for line in talk.lines for choice in line.reply.choices]
        return talk.presses_token(shown[number % len(shown)].token) if shown else talk.opens()

    run.__name__ = run.__qualname__ = f"press_any({number})"
    return run


def fire(kind: str) -> Act:
    """Let a timer fire if it is set."""

    def run(talk: Talk) -> object:
        return talk.timer_fires(kind) if kind in talk.timers else talk.wakes(kind)

    run.__name__ = run.__qualname__ = f"fire({kind})"
    return run


TEXTS = st.sampled_from(
    ["1", "2", "99", "Маникюр", "записаться", "завтра", "", " ", "\n", "?", "уже не нужно"]
) | st.text(max_size=80)
MEANINGS = st.fixed_dictionaries(
    {},
    optional={
        "language": st.sampled_from([*LANGUAGES, "de"]),
        "command": st.sampled_from(COMMANDS[:6]),
        "gate": st.sampled_from(list(GateKind)),
        "mood": st.sampled_from([0.1, 0.5, 0.9]),
        "label": st.sampled_from([MoodClass.UPSET, MoodClass.CLAIM, MoodClass.URGENT]),
        "answer": st.sampled_from(["price", "address", "gone"]),
        "near": st.lists(st.sampled_from(["price", "parking", "gone"]), max_size=3, unique=True),
        "intent": st.sampled_from(
            [
                "book",
                "greet",
                "thanks",
                "bye",
                "price",
                "why",
                "who",
                "withhold",
                "past_visit",
                "same_day",
                "unheard_of",
            ]
        ),
        "day": st.just("2026-03-11"),
        "service": st.sampled_from(["manicure", "haircut"]),
        "phone": st.just("+79123456789"),
        "name": st.just("Анна"),
    },
)
PLAIN = st.fixed_dictionaries({}, optional={"answer": st.sampled_from(["price", "address"]), "intent": st.just("book")})
MOODS = st.fixed_dictionaries({"mood": st.sampled_from([0.5, 0.9])})
TIMES = st.sampled_from([1, 1, 1, 2, 4])
GAPS = st.sampled_from([0, 1, 60])
ACTS = st.one_of(
    st.builds(lambda text, meaning: act("means", text, **meaning), TEXTS, MEANINGS),
    st.builds(lambda text, meaning: act("means", text, **meaning), TEXTS, st.one_of(PLAIN, MOODS)),
    st.builds(lambda texts: act("says", *texts), st.lists(TEXTS, min_size=1, max_size=3)),
    st.builds(press_any, st.integers(0, 200)),
    st.builds(press_any, st.integers(0, 200)),
    st.builds(lambda token: act("presses_token", token), st.text(max_size=20)),
    st.builds(
        lambda kind, media: act("sends", kind, media=media),
        st.sampled_from([Kind.MEDIA, Kind.LOCATION, Kind.CONTACT, Kind.UNKNOWN]),
        st.sampled_from(["photo", "voice", "video", "sticker", "ghost"]),
    ),
    st.just(act("sends", Kind.CONTACT, phone="+79123456789", name="Анна")),
    st.builds(lambda language: act("opens", language), st.sampled_from([None, "ru", "en", "xx"])),
    st.just(act("claimed_by", 7)),
    st.just(act("manager_says", "Здравствуйте, {name}")),
    st.builds(lambda choice: act("given_back", choice), st.sampled_from(["step", "menu", "silent", "close", "odd"])),
    st.builds(fire, st.sampled_from(["promise", "answer", "fallback", "unheard_of"])),
    st.builds(lambda status: act("prompt_is", status), st.sampled_from(["new", "inflight", "sent", "failed", "void"])),
    st.builds(lambda status: act("prompt_refused", status), st.sampled_from(["failed", "void", "sent"])),
    st.builds(lambda minutes: act("later", minutes=minutes), st.sampled_from([0.01, 1, 300])),
)


@settings(max_examples=400, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.booleans(), st.lists(st.tuples(ACTS, TIMES, GAPS), max_size=20))
def test_any_sequence_keeps_every_promise(asked: bool, acts: list[tuple[Act, int, int]]) -> None:
    talk = Talk()
    if asked:
        talk.means("запишите", intent="book")
    for happens, seconds in ((one, seconds) for one, times, seconds in acts for _ in range(times)):
        talk.later(seconds=seconds)
        turns, owner = len(talk.turns), talk.owner
        happens(talk)
        if len(talk.turns) > turns:
            look(talk, owner)
    nags_nobody(talk)
    calls_off(talk)
    reaches_a_person(talk)
    replays(talk)


HEARD = st.one_of(
    st.sampled_from(["завтра", "а завтра?", "не дам номер", "зачем?", "к Маше", "в 15:30", "маникюр", "спасибо", "7"]),
    st.sampled_from(
        ["8 912 345-67-89", "лучше педикюр", "мои записи", "есть ли парковка", "да", "нет", "ну такое", "ы"]
    ),
).map(lambda text: act("says", text))
ANYWHERE = st.one_of(HEARD, HEARD, st.builds(press_any, st.integers(0, 60)), st.just(act("later", minutes=300)))


@settings(max_examples=30, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(states()), st.lists(ANYWHERE, max_size=6))
def test_from_any_state_of_any_flow_as_the_product_understands(state: tuple[str, str], acts: list[Act]) -> None:
    talk, _ = standing(*state)
    before = len(talk.turns)
    for happens in acts:
        talk.later(seconds=90)
        turns, owner = len(talk.turns), talk.owner
        happens(talk)
        if len(talk.turns) > turns:
            look(talk, owner)
    nags_nobody(talk, before)
    calls_off(talk)
    reaches_a_person(talk)


def look(talk: Talk, owner: OwnerKind) -> None:
    """What must hold after each turn. ``owner`` is who had the conversation before it."""
    state = talk.conversation.state
    if state.run is not None:
        assert state.run.state in talk.rules.flows[state.run.flow, state.run.revision].steps
    assert talk.conversation.version == talk.records[-1].before.version + 1
    assert len(state.prompts) <= talk.rules.settings.prompts_kept
    assert msgspec.json.decode(msgspec.json.encode(state), type=DialogState) == state
    for line in talk.said:
        well_formed(line)
    speaks_in_turn(talk, owner)
    handed = [effect for effect in talk.effects if isinstance(effect, HandOver)]
    assert len(handed) <= 1
    if owner is OwnerKind.BOT:
        assert (talk.owner is OwnerKind.WAITING) == bool(handed)


def well_formed(line: Send) -> None:
    """A line that any channel can show."""
    if line.author is Author.MANAGER:
        return
    assert line.reply.text.strip()
    assert len(line.reply.text) <= CHANNEL_LIMIT
    assert "{" not in line.reply.text
    assert line.reply.key
    choices = line.reply.choices
    assert all(len(choice.token) == TOKEN_LENGTH and choice.label.strip() for choice in choices)
    assert len({choice.token for choice in choices}) == len(choices)
    assert len({choice.label for choice in choices}) == len(choices)


def speaks_in_turn(talk: Talk, owner: OwnerKind) -> None:
    """Nobody but the manager speaks while a person has the conversation; while one is promised, the system does."""
    authors = {line.author for line in talk.said}
    if talk.owner is OwnerKind.HUMAN:
        assert authors <= {Author.MANAGER}
    elif talk.owner is OwnerKind.WAITING and owner is OwnerKind.WAITING and talk.route != "waiting_answer":
        assert authors <= {Author.SYSTEM, Author.MANAGER}
    elif talk.owner is OwnerKind.WAITING and owner is OwnerKind.HUMAN:
        assert talk.route == "back_to_queue"


def nags_nobody(talk: Talk, since: int = 0) -> None:
    """The same question is never put three times in a row to somebody who did not ask to see it."""
    lines = [(turn.trace.route, line) for turn in talk.turns[since:] for line in sends(turn.effects)]
    for three in zip(lines, lines[1:], lines[2:], strict=False):
        if all(line.prompt for _, line in three) and len({line.reply.key for _, line in three}) == 1:
            routes = [route for route, _ in three]
            assert any(route.startswith(ASKED_FOR) and route != STALE for route in routes), routes


def sends(effects: tuple[object, ...]) -> list[Send]:
    """The lines among the effects."""
    return [effect for effect in effects if isinstance(effect, Send)]


def calls_off(talk: Talk) -> None:
    """One word ends whatever the bot is asking, and the menu is there."""
    if talk.owner is OwnerKind.BOT:
        talk.means("отмена", command="cancel")
        assert talk.owner is OwnerKind.BOT
        assert talk.place == "answers:menu" or talk.place.startswith("cancelling:")


def reaches_a_person(talk: Talk) -> None:
    """One word is enough from wherever this has led."""
    before = talk.owner
    talk.means("оператор", gate=GateKind.HUMAN)
    assert talk.owner in {OwnerKind.WAITING, OwnerKind.HUMAN}
    if before is OwnerKind.BOT:
        assert talk.handed.reason == "asked"


def replays(talk: Talk) -> None:
    """The same conversation, context and answers make the same turn."""
    for made, record in zip(talk.turns, talk.records, strict=True):
        assert record.replay() == made

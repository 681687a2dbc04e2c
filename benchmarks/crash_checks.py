"""What must hold after any number of kills: checked against the outside world first, the database second."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import orjson

from benchmarks.crash_bookers import BOOKERS, Told, check_bookers
from benchmarks.crash_provider import CHATS, MESSENGER_PEERS, PLAIN_CHATS, Delivered, Provider, Shown
from benchmarks.echo import ANSWER, PRESS
from benchmarks.real_time import RealClock
from benchmarks.report import Report
from dialog.message import Kind
from storage.database import Database
from storage.invariants import violations
from storage.moments import micros
from storage.sql import Row, Rows, Script, Sql

_INBOX = Sql("SELECT id, conversation_id, seq, event_key, kind, status, turn_id FROM inbox ORDER BY id")
_TURNS = Sql("SELECT id, conversation_id, number, body FROM turn ORDER BY conversation_id, number")
_OUTBOX = Sql("SELECT id, conversation_id, seq, channel, peer, status, author, repeats, turn_id, body FROM outbox")
_MESSAGES = Sql("SELECT conversation_id, seq, author, outbox_id FROM message ORDER BY conversation_id, seq")
_EVENTS = Sql("SELECT seq, conversation_id, kind, epoch, body FROM event ORDER BY seq")
NO_STORED_FLOWS = frozenset({"flow_missing"})
"""The harness goes by a rulebook that is not in the revision store."""
LISTED = frozenset({"unknown", "superseded", "void", "failed"})


async def check_everything(database: Database, provider: Provider, report: Report, kills: int) -> None:
    """All of it; what is wrong becomes violations of ``report``."""
    inbox, _ = await check_inbox_and_turns(database, report)
    outbox = await database.read(lambda: _rows(_OUTBOX))
    check_acknowledged(provider, inbox, report)
    await check_transcripts_of(database, report)
    for peer in CHATS:
        check_screen(peer, provider.screens[peer], report)
    for peer in PLAIN_CHATS:
        check_answers(peer, provider, report)
    for reply in provider.replies:
        seen = sum(line.text == reply for peer in CHATS for line in provider.screens[peer])
        report.must(seen == 1, f"manager's line: {reply!r} is on the screen {seen} times")
    check_presses([row for row in inbox if _who(provider, row) not in BOOKERS], outbox, report)
    bots = [Told(peer, line.text) for peer in BOOKERS for line in provider.screens[peer] if line.author == "bot"]
    await check_bookers(database, bots, report)
    check_messenger(provider, outbox, report, kills)
    await check_invariants(database, report, without=NO_STORED_FLOWS)


async def check_inbox_and_turns(database: Database, report: Report) -> tuple[Rows, Rows]:
    """The rows of both, when every row is in its one turn."""
    inbox = await database.read(lambda: _rows(_INBOX))
    turns = await database.read(lambda: _rows(_TURNS))
    check_turns(inbox, turns, report)
    return inbox, turns


async def check_transcripts_of(database: Database, report: Report) -> None:
    """What is shown, and what the screens were told."""
    check_transcripts(await database.read(lambda: _rows(_MESSAGES)), report)
    events = await database.read(lambda: _rows(_EVENTS))
    check_event_numbers(events, report)
    check_silence(events, report)


async def check_invariants(database: Database, report: Report, *, without: frozenset[str] = frozenset()) -> None:
    """The store's own rules, which must hold at any moment."""
    for broken in await violations(database, micros(RealClock().now()), without=without):
        report.violation(f"invariant {broken.rule}: {broken.rows[:5]}")


def _rows(sql: Sql) -> Script[Rows]:
    return (yield sql, ())


def _who(provider: Provider, row: Row) -> str:
    sent = provider.sent.get(row[3])
    return sent.address.peer if sent else ""


def check_acknowledged(provider: Provider, inbox: Sequence[Row], report: Report) -> None:
    """What was acknowledged is there, done, and once; what is there was really sent."""
    done = Counter(row[3] for row in inbox if row[5] == "done" and row[6] is not None)
    for key in provider.acknowledged:
        report.must(done[key] > 0, f"acknowledged lost: {key}")
    for row in inbox:
        ours = row[3] in provider.sent or ":" in row[3]
        report.must(ours, f"inbox has what nobody sent: {row[3]}")
        report.must(row[5] != "quarantined", f"quarantined: {row[3]}")
    report.count("messages acknowledged", len(provider.acknowledged))
    report.count("deliveries", sum(provider.deliveries.values()))


def check_turns(inbox: Sequence[Row], turns: Sequence[Row], report: Report) -> None:
    """Every row is in exactly one turn; the turns of a conversation take its rows in order, numbered without gaps."""
    by_id = {row[0]: row for row in inbox}
    taken: Counter[int] = Counter()
    last_seq: dict[int, int] = defaultdict(int)
    last_number: dict[int, int] = {}
    for turn_id, conversation, number, body in turns:
        for row_id in orjson.loads(body)["rows"]:
            taken[row_id] += 1
            row = by_id[row_id]
            report.must(row[1] == conversation, f"turn in a foreign conversation: {turn_id}")
            report.must(row[6] == turn_id, f"row names another turn: {row[3]}")
            report.must(row[2] > last_seq[conversation], f"disorder: row {row[3]} of conversation {conversation}")
            last_seq[conversation] = row[2]
        before = last_number.get(conversation, 0)
        report.must(number > before, f"turn numbers: {before} then {number} in conversation {conversation}")
        last_number[conversation] = number
    for row in inbox:
        report.must(taken[row[0]] == 1, f"turns of one message: {row[3]} is in {taken[row[0]]} turns")
    report.count("turns", len(turns))


def check_transcripts(messages: Sequence[Row], report: Report) -> None:
    """Numbers of shown lines have no gap, and no line of the outbox is shown twice."""
    last: dict[int, int] = defaultdict(int)
    shown = Counter(row[3] for row in messages if row[3] is not None)
    for conversation, seq, _, _ in messages:
        report.must(seq == last[conversation] + 1, f"gap in a transcript: {last[conversation]} then {seq}")
        last[conversation] = seq
    for outbox_id, times in shown.items():
        report.must(times == 1, f"line shown twice: outbox {outbox_id}, {times} times")


def check_event_numbers(events: Sequence[Row], report: Report) -> None:
    """The screens' stream has no gap."""
    for expected, row in enumerate(events, 1):
        if row[0] != expected:
            report.violation(f"event stream: {row[0]} where {expected} was due")
            return


def check_silence(events: Sequence[Row], report: Report) -> None:
    """After a person took over, no line of the bot leaves until he gives the conversation back.

    And every taking has a higher epoch than the one before: a turn that writes over a taking sets it back.
    """
    held: set[int] = set()
    epochs: dict[int, int] = defaultdict(int)
    for seq, conversation, kind, epoch, text in events:
        body = orjson.loads(text)
        if kind == "claimed":
            held.add(conversation)
            report.must(epoch > epochs[conversation], f"claim written over: epoch {epoch} again, event {seq}")
            epochs[conversation] = epoch
            report.count("claims by a person")
        elif kind == "turn" and str(body.get("route")).startswith("return_"):
            held.discard(conversation)
        elif kind == "bot_inflight" or (kind == "published" and body.get("author") == "bot"):
            report.must(conversation not in held, f"bot speaks over a person: event {seq}")


def check_screen(peer: str, lines: Sequence[Shown], report: Report) -> None:
    """The client's own screen: numbered 1, 2, 3... and never the same line of ours twice."""
    for expected, line in enumerate(lines, 1):
        if line.seq != expected:
            report.violation(f"screen of {peer}: number {line.seq} where {expected} was due")
            break
    answers = Counter(line.text for line in lines if line.author == "bot" and line.text.startswith(ANSWER))
    for text, times in answers.items():
        report.must(times == 1, f"answered twice: {text!r} {times} times to {peer}")
    report.count("lines on screens", len(lines))


def answered(texts: Iterable[str]) -> list[str]:
    """The messages that these lines answer, in order; presses left out."""
    return [
        name
        for text in texts
        if text.startswith(f"{ANSWER} ") and not text.startswith(f"{ANSWER} {PRESS}")
        for name in text.split()[1:]
    ]


def check_answers(peer: str, provider: Provider, report: Report) -> None:
    """Every text that a client sees as sent was answered once, in the order in which the screen shows the texts."""
    lines = provider.screens[peer]
    said = [line.text for line in lines if line.author == "client" and line.text]
    got = answered(line.text for line in lines if line.author == "bot")
    missing = [name for name in said if name not in set(got)]
    doubled = [name for name, times in Counter(got).items() if times > 1]
    report.must(not missing, f"replies lost: {missing[:3]} to {peer}")
    report.must(not doubled, f"replies doubled: {doubled[:3]} to {peer}")
    if not missing and not doubled:
        report.must(got == said, f"replies out of order: to {peer}")
    texts = {m.text for m in provider.acknowledged.values() if m.address.peer == peer and m.kind is Kind.TEXT}
    unseen = texts - set(said)
    report.must(not unseen, f"acknowledged, not shown: {sorted(unseen)[:3]} of {peer}")
    report.count("texts answered on the chat", len(got))


def check_presses(inbox: Sequence[Row], outbox: Sequence[Row], report: Report) -> None:
    """A press has exactly one line in answer, whatever it was worth by then."""
    lines = Counter(row[8] for row in outbox)
    for row in inbox:
        if row[4] == "press" and row[5] == "done":
            report.must(lines[row[6]] == 1, f"press: {row[3]} has {lines[row[6]]} lines")
            report.count("presses")


def check_messenger(provider: Provider, outbox: Sequence[Row], report: Report, kills: int) -> None:
    """The policy for a channel without keys: nothing lost silently, at most one blind repeat, order kept."""
    rows = {row[0]: row for row in outbox if row[3] == "messenger"}
    lost_answers = 0
    doubled = 0
    for peer in MESSENGER_PEERS:
        got = provider.messenger[peer]
        lost_answers += sum(not one.heard for one in got)
        times = Counter(one.outbox_id for one in got)
        for outbox_id, count in times.items():
            row = rows.get(outbox_id)
            if row is None:
                report.violation(f"sent without a row: {outbox_id}")
                continue
            report.must(count <= 1 + row[7], f"sent {count} times with {row[7]} repeats: outbox {outbox_id}")
            doubled += count - 1
        check_order(peer, got, rows, report)
        check_losses(peer, provider, times, rows, report)
    report.must(
        doubled <= kills + lost_answers, f"too many doubles: {doubled} in {kills} kills, {lost_answers} lost answers"
    )
    for row in rows.values():
        report.must(row[5] not in {"new", "inflight"}, f"left behind: outbox {row[0]} is {row[5]}")
    report.count("messenger: lines", len(rows))
    report.count("messenger: doubled", doubled)
    report.count("messenger: answers lost by the messenger", lost_answers)
    report.count("messenger: listed as unknown", sum(row[5] in {"unknown", "superseded"} for row in rows.values()))


def check_order(peer: str, got: Sequence[Delivered], rows: dict[int, Row], report: Report) -> None:
    """First arrivals come in the order of the lane."""
    seen: set[int] = set()
    last = 0
    for one in got:
        if one.outbox_id in seen or one.outbox_id not in rows:
            continue
        seen.add(one.outbox_id)
        seq = rows[one.outbox_id][2]
        if rows[one.outbox_id][7] == 0:
            report.must(seq > last, f"sent out of order: {seq} after {last} to {peer}")
        last = max(last, seq)


def check_losses(peer: str, provider: Provider, times: Counter[int], rows: dict[int, Row], report: Report) -> None:
    """A line that never arrived is listed as such; every text that was heard has its line."""
    mine = [row for row in rows.values() if row[4] == peer]
    for row in mine:
        if times[row[0]] == 0:
            report.must(row[5] in LISTED, f"lost silently: outbox {row[0]} is {row[5]}")
            report.count("messenger: lost and listed")
    got = Counter(answered(orjson.loads(row[9])["text"] for row in mine))
    for message in provider.acknowledged.values():
        if message.address.peer == peer and message.kind is Kind.TEXT:
            report.must(got[message.text] == 1, f"messenger: {message.text} has {got[message.text]} lines")

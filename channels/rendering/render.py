"""A reply as the messages of one messenger. Nothing is lost: every word is said, every choice can be chosen.

Choices are tried in the messenger's own forms, the nearest first: buttons under the message, cards, a menu,
a keyboard; where there is none, or they are too many even for pages, numbered lines. A typed number, label or
near-label is a press on every messenger, so that a cut label loses nothing either.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from channels.rendering.bubbles import Bubble, Button, Form, Touch
from channels.rendering.capabilities import Capabilities, Grid
from channels.rendering.labels import fitted, one_line
from channels.rendering.measure import length, shorten
from channels.rendering.splitting import last_within, parts
from channels.rendering.words import words
from dialog.reply import Asks, Choice, Reply
from dialog.tokens import more

LEAST_CARDS = 2


def render(reply: Reply, can: Capabilities, language: str = "ru") -> tuple[Bubble, ...]:
    """The messages to send, in order; the choices are on the last one with text. At least one message."""
    can = _with_room(reply.asks, can)
    links, picks = _links_apart(reply.choices, can)
    text = "\n\n".join(part for part in (reply.text.strip(), *links) if part)
    screen = _choices(picks, can, language)
    if screen.form in (Form.BUTTONS, Form.KEYBOARD):
        text = "\n\n".join(part for part in (text, *_second_lines(picks)) if part)
    bubbles = _one_touch(reply.asks, _with_text(text, screen, can, language), can, language)
    if can.files:
        bubbles += [Bubble(text="", file=file) for file in reply.media]
    return tuple(bubbles)


def _with_room(asks: Asks, can: Capabilities) -> Capabilities:
    """One row of a keyboard is left for the one-touch answer that will stand below the choices."""
    where = {Asks.PHONE: can.asks_phone, Asks.LOCATION: can.asks_location}.get(asks, "")
    if where != "keyboard" or can.keyboard is None:
        return can
    return replace(can, keyboard=replace(can.keyboard, rows=can.keyboard.rows - 1, most=can.keyboard.most - 1))


def _links_apart(choices: Sequence[Choice], can: Capabilities) -> tuple[list[str], list[Choice]]:
    """Links as lines of the text where there are no buttons that open them."""
    if can.inline is not None and can.menu is None:
        return [], list(choices)
    links = [f"{one_line(choice.label)}: {choice.url}" for choice in choices if choice.url]
    return links, [choice for choice in choices if not choice.url]


def _second_lines(choices: Sequence[Choice]) -> list[str]:
    """What buttons have no room for, as lines of the text."""
    lines = "\n".join(_whole_line(choice) for choice in choices if choice.description)
    return [lines] if lines else []


def _whole_line(choice: Choice) -> str:
    label = one_line(choice.label)
    return f"{label} — {one_line(choice.description)}" if choice.description else label


def _choices(choices: Sequence[Choice], can: Capabilities, language: str) -> Bubble:
    """A bubble without text that holds the choices in the best form they fit."""
    if not choices:
        return Bubble(text="")
    for form in (_carousel, _inline, _menu, _keyboard, _inline_pages):
        found = form(choices, can, language)
        if found is not None:
            return found
    lines = "\n".join(f"{number}. {_whole_line(choice)}" for number, choice in enumerate(choices, 1))
    return Bubble(text=lines, form=Form.NUMBERED)


def _inline(choices: Sequence[Choice], can: Capabilities, language: str) -> Bubble | None:
    """Under the message. Where a menu shows more of them, only labels that need no cutting and say everything."""
    grid = can.inline
    if grid is None:
        return None
    if can.menu is not None and any(c.description or length(one_line(c.label), can.unit) > grid.label for c in choices):
        return None
    rows = _rows(choices, grid, can)
    return None if rows is None else Bubble(text="", form=Form.BUTTONS, rows=rows)


def _rows(choices: Sequence[Choice], grid: Grid, can: Capabilities) -> tuple[tuple[Button, ...], ...] | None:
    """As many columns as the longest label leaves readable; None when they are too many."""
    labels = fitted([choice.label for choice in choices], grid.label, can.unit)
    longest = max(length(label, can.unit) for label in labels)
    columns = max(1, min(grid.per_row, grid.wide // max(longest, 1), len(choices)))
    if len(choices) > grid.most or -(-len(choices) // columns) > grid.rows:
        return None
    buttons = [_button(choice, label) for choice, label in zip(choices, labels, strict=True)]
    return tuple(tuple(buttons[start : start + columns]) for start in range(0, len(buttons), columns))


def _button(choice: Choice, label: str, description: str = "") -> Button:
    touch = Touch.LINK if choice.url else Touch.PICK
    return Button(
        label=label,
        whole=one_line(choice.label),
        token=choice.token,
        touch=touch,
        url=choice.url,
        description=description or choice.description,
    )


def _carousel(choices: Sequence[Choice], can: Capabilities, language: str) -> Bubble | None:
    """Cards, for choices that have something to say for themselves."""
    cards = can.carousel
    if cards is None or not LEAST_CARDS <= len(choices) <= cards.cards or not all(c.description for c in choices):
        return None
    titles = fitted([choice.label for choice in choices], min(cards.title, cards.label), can.unit)
    rows = tuple(
        (_button(choice, title, shorten(one_line(choice.description), cards.description)),)
        for choice, title in zip(choices, titles, strict=True)
    )
    return Bubble(text="", form=Form.CAROUSEL, rows=rows)


def _menu(choices: Sequence[Choice], can: Capabilities, language: str) -> Bubble | None:
    """A list that opens; the last row leads to the next page when there are too many."""
    menu = can.menu
    if menu is None:
        return None
    shown, rest = _page(choices, menu.rows)
    labels = fitted([*(c.label for c in shown), *_more_label(rest, language)], menu.label)
    rows = [
        (_button(choice, label, _second_line(choice, label, menu.description)),)
        for choice, label in zip(shown, labels, strict=False)
    ]
    return Bubble(
        text="",
        form=Form.MENU,
        rows=(*rows, *_more_row(rest, labels)),
        opener=shorten(words(language)["opener"], menu.opener),
    )


def _second_line(choice: Choice, label: str, most: int) -> str:
    """A label that was cut is there whole below."""
    whole = one_line(choice.label)
    said = one_line(choice.description) if choice.description else ""
    line = said if label == whole else " · ".join(part for part in (whole, said) if part)
    return shorten(line, most) if line else ""


def _keyboard(choices: Sequence[Choice], can: Capabilities, language: str) -> Bubble | None:
    return _paged(choices, can.keyboard, Form.KEYBOARD, can, language)


def _inline_pages(choices: Sequence[Choice], can: Capabilities, language: str) -> Bubble | None:
    return _paged(choices, can.inline, Form.BUTTONS, can, language)


def _paged(choices: Sequence[Choice], grid: Grid | None, form: Form, can: Capabilities, language: str) -> Bubble | None:
    if grid is None:
        return None
    rows = _rows(choices, grid, can)
    if rows is not None:
        return Bubble(text="", form=form, rows=rows)
    shown, rest = _page(choices, min(grid.rows, grid.most))
    labels = fitted([*(c.label for c in shown), *_more_label(rest, language)], grid.label, can.unit)
    picked = tuple((_button(choice, label),) for choice, label in zip(shown, labels, strict=False))
    return Bubble(text="", form=form, rows=(*picked, *_more_row(rest, labels)))


def _page(choices: Sequence[Choice], most: int) -> tuple[Sequence[Choice], Sequence[Choice]]:
    """What is shown at once, and what waits behind the button that shows more."""
    if len(choices) <= most:
        return choices, ()
    return choices[: most - 1], choices[most - 1 :]


def _more_label(rest: Sequence[Choice], language: str) -> tuple[str, ...]:
    return (words(language)["more"],) if rest else ()


def _more_row(rest: Sequence[Choice], labels: Sequence[str]) -> tuple[tuple[Button, ...], ...]:
    if not rest:
        return ()
    return ((Button(label=labels[-1], whole=labels[-1], token=more(rest[0].token)),),)


def _with_text(text: str, screen: Bubble, can: Capabilities, language: str) -> list[Bubble]:
    """The text in parts, the choices on the last of them."""
    if screen.form is Form.NUMBERED:
        hint = words(language)["by_number"]
        text = "\n\n".join(part for part in (text, screen.text, hint) if part)
        found = [Bubble(text=part) for part in parts(text, can.text, can.unit)]
        return [*found[:-1], Bubble(text=found[-1].text, form=Form.NUMBERED)]
    if screen.form is Form.PLAIN:
        return [Bubble(text=part) for part in parts(text, can.text, can.unit)] or [Bubble(text="")]
    before, last = last_within(text, can.text_with_choices, can.unit)
    said = [Bubble(text=part) for part in parts(before, can.text, can.unit)]
    last = last or words(language)["below"]
    return [*said, Bubble(text=last, form=screen.form, rows=screen.rows, opener=screen.opener)]


def _one_touch(asks: Asks, bubbles: list[Bubble], can: Capabilities, language: str) -> list[Bubble]:
    """A button that fills in the phone or the place, where the messenger has one: with the choices if they agree."""
    if asks is Asks.NOTHING:
        return bubbles
    phone = asks is Asks.PHONE
    where = can.asks_phone if phone else can.asks_location
    if not where:
        return bubbles
    said = words(language)
    label = said["share_phone" if phone else "share_location"]
    button = Button(label=label, whole=label, touch=Touch.PHONE if phone else Touch.LOCATION)
    form = Form.KEYBOARD if where == "keyboard" else Form.BUTTONS
    last = bubbles[-1]
    beside = (Form.PLAIN,) if where == "alone" else (Form.PLAIN, form)
    if last.form in beside and last.text:
        return [*bubbles[:-1], replace(last, form=form, rows=(*last.rows, (button,)))]
    return [*bubbles, Bubble(text=said["phone_hint" if phone else "location_hint"], form=form, rows=((button,),))]

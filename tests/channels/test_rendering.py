"""Whatever is said, every messenger's limits hold and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.graphemes import signs
from channels.rendering.bubbles import Bubble, Form, Touch
from channels.rendering.capabilities import CAPABILITIES, Capabilities, Grid, Unit
from channels.rendering.drawing import drawn
from channels.rendering.labels import fitted, one_line
from channels.rendering.measure import head, length
from channels.rendering.render import render
from channels.rendering.splitting import parts
from channels.rendering.words import words
from dialog.reply import Asks, Attachment, Choice, Reply
from dialog.tokens import MORE, find, token

KEYS = tuple(CAPABILITIES)
SEED = "5eed"
FAMILY = "👩\u200d👩\u200d👧"
FLAG = "🇷🇺"
LETTERS = st.sampled_from(
    [*"абвгд ёйabc.!?»\n\t", "е\u0301", "👍🏽", FAMILY, FLAG, "न\u093f", "1\ufe0f\u20e3", "مرحبا "]
)
TEXTS = st.lists(LETTERS, max_size=400).map("".join)
LABELS = st.one_of(
    st.lists(LETTERS, min_size=1, max_size=60).map("".join),
    st.sampled_from(["Маникюр с покрытием гель-лак, длинные", "Маникюр с покрытием гель-лак, короткие", "Да"]),
)


@st.composite
def replies(draw: st.DrawFn) -> Reply:
    labels = draw(st.lists(LABELS, max_size=45))
    described = draw(st.booleans())
    choices = tuple(
        Choice(label=label, token=token(SEED, index), description="от 500 ₽" if described else "")
        for index, label in enumerate(labels)
    )
    long = draw(st.sampled_from([0, 0, 1_200, 9_000]))
    text = draw(TEXTS) + "Слово за словом. " * (long // 17)
    return Reply(text=text, choices=choices, asks=draw(st.sampled_from(list(Asks))))


def all_pages(reply: Reply, can: Capabilities) -> list[Bubble]:
    """What a client sees who presses «more» until there is no more."""
    found: list[Bubble] = []
    while True:
        bubbles = render(reply, can)
        found += bubbles
        more = [button.token for bubble in bubbles for button in bubble.buttons if button.token[:1] == MORE]
        if not more:
            return found
        assert len(more) == 1
        first = find(more[0].removeprefix(MORE), SEED, 100)
        assert first is not None
        tokens = [choice.token for choice in reply.choices]
        shown = tokens.index(token(SEED, first))
        assert shown > 0, "a page must show something new"
        reply = Reply(text="Ещё", choices=reply.choices[shown:])


@pytest.mark.parametrize("key", KEYS)
@settings(deadline=None, max_examples=40)
@given(reply=replies())
def test_every_limit_holds_and_nothing_is_lost(key: str, reply: Reply) -> None:
    can = CAPABILITIES[key]
    pages = all_pages(reply, can)
    for bubble in pages:
        fits(bubble, can)
    said = squeezed("".join(bubble.text for bubble in pages))
    assert squeezed(reply.text) in said or not squeezed(reply.text)
    pressed = [button.token for bubble in pages for button in bubble.buttons if button.token[:1] != MORE]
    chosen = [token_ for token_ in pressed if token_]
    if any(bubble.form is Form.NUMBERED for bubble in pages):
        for number, choice in enumerate(reply.choices, 1):
            assert squeezed(f"{number}. {one_line(choice.label)}") in said
    else:
        assert chosen == [choice.token for choice in reply.choices]


def squeezed(text: str) -> str:
    """Without blanks: only those may go where a text is cut."""
    return "".join(text.split())


def fits(bubble: Bubble, can: Capabilities) -> None:
    carries = bubble.form not in (Form.PLAIN, Form.NUMBERED)
    assert length(bubble.text, can.unit) <= (can.text_with_choices if carries else can.text)
    if carries:
        assert bubble.text.strip()
    picks = [button for button in bubble.buttons if button.touch is Touch.PICK]
    labels = [button.label for button in bubble.buttons]
    assert len(labels) == len(set(labels)), "two buttons that cannot be told apart"
    assert all(label.strip() for label in labels)
    match bubble.form:
        case Form.MENU:
            assert can.menu is not None
            assert len(picks) <= can.menu.rows
            assert all(len(b.label) <= can.menu.label and len(b.description) <= can.menu.description for b in picks)
            assert 0 < len(bubble.opener) <= can.menu.opener
        case Form.CAROUSEL:
            assert can.carousel is not None
            assert len(picks) <= can.carousel.cards
        case Form.BUTTONS | Form.KEYBOARD:
            grid = can.inline if bubble.form is Form.BUTTONS else can.keyboard
            within(bubble, grid or Grid(per_row=1, rows=1, most=1, label=64, wide=20), can.unit, bool(picks))
        case _:
            assert not bubble.rows


def within(bubble: Bubble, grid: Grid, unit: Unit, picks: bool) -> None:
    one_touch = sum(1 for button in bubble.buttons if button.touch in (Touch.PHONE, Touch.LOCATION))
    assert len(bubble.rows) - one_touch <= grid.rows
    assert len(bubble.buttons) - one_touch <= grid.most
    assert all(len(row) <= grid.per_row for row in bubble.rows)
    if picks:
        assert all(length(button.label, unit) <= grid.label for button in bubble.buttons)


@settings(deadline=None)
@given(text=TEXTS, most=st.integers(1, 90), unit=st.sampled_from(list(Unit)))
def test_parts_lose_only_blanks_and_never_tear_a_sign(text: str, most: int, unit: Unit) -> None:
    found = parts(text, most, unit)
    assert squeezed("".join(found)) == squeezed(text)
    assert all(part and length(part, unit) <= max(most, 2) for part in found)
    if most >= 12:
        assert [sign for part in found for sign in signs(part) if sign.strip()] == [
            sign for sign in signs(text) if sign.strip()
        ]


@settings(deadline=None)
@given(labels=st.lists(LABELS, max_size=60), most=st.integers(8, 40))
def test_labels_can_be_told_apart(labels: list[str], most: int) -> None:
    found = fitted(labels, most)
    assert len(set(found)) == len(labels)
    assert all(0 < len(label) <= most for label in found)


def test_labels_that_differ_at_the_end_keep_their_ends() -> None:
    assert fitted(["Маникюр с покрытием, длинные", "Маникюр с покрытием, короткие"], 20) == (
        "Маникюр с…, длинные",
        "Маникюр с…короткие",
    )


def test_a_text_ends_at_a_paragraph_then_at_a_sentence() -> None:
    assert parts("Первый абзац здесь.\n\nВторой абзац.", 24, Unit.POINTS) == ["Первый абзац здесь.", "Второй абзац."]
    assert parts("Она сказала: «Приходите!» Мы пришли.", 30, Unit.POINTS) == [
        "Она сказала: «Приходите!»",
        "Мы пришли.",
    ]


def test_a_sign_is_never_cut() -> None:
    assert signs(f"{FAMILY}{FLAG}{FLAG}е\u0301") == [FAMILY, FLAG, FLAG, "е\u0301"]
    assert head(f"{FAMILY}{FAMILY}", len(FAMILY) + 2, Unit.POINTS) == FAMILY
    assert length("👍", Unit.UTF16) == 2


def services(count: int) -> Reply:
    return Reply(
        text="Что хотите сделать?",
        choices=tuple(Choice(label=f"Услуга номер {n}", token=token(SEED, n)) for n in range(count)),
    )


@pytest.mark.parametrize("key", KEYS)
def test_forty_services_lose_none(key: str) -> None:
    pages = all_pages(services(40), CAPABILITIES[key])
    if key == "sms":
        assert "40. Услуга номер 39" in pages[-1].text
        return
    tokens = [b.token for page in pages for b in page.buttons if b.token[:1] != MORE]
    assert tokens == [token(SEED, n) for n in range(40)]


def test_each_messenger_in_its_own_forms() -> None:
    def forms(key: str, count: int) -> list[Form]:
        return [bubble.form for bubble in render(services(count), CAPABILITIES[key])]

    assert forms("telegram", 40) == [Form.BUTTONS]
    assert forms("whatsapp", 3) == [Form.BUTTONS]
    assert forms("whatsapp", 4) == [Form.MENU]
    assert forms("vk", 6) == [Form.BUTTONS]
    assert forms("vk", 12) == [Form.KEYBOARD]
    assert forms("vk_old", 2) == [Form.KEYBOARD]
    assert forms("sms", 2) == [Form.NUMBERED]
    assert len(all_pages(services(40), CAPABILITIES["whatsapp"])) == 5


def test_long_whatsapp_labels_go_to_a_menu_whole() -> None:
    long = "Маникюр с покрытием гель-лак"
    (bubble,) = render(Reply(text="?", choices=(Choice(label=long, token="t"),)), CAPABILITIES["whatsapp"])
    assert bubble.form is Form.MENU
    assert bubble.buttons[0].description == long


def test_cards_for_choices_with_a_second_line() -> None:
    choices = tuple(Choice(label=f"Мастер {n}", token=f"t{n}", description="топ-мастер") for n in range(3))
    (bubble,) = render(Reply(text="Кто?", choices=choices), CAPABILITIES["vk"])
    assert bubble.form is Form.CAROUSEL


def test_a_second_line_is_said_where_buttons_have_none() -> None:
    choices = tuple(Choice(label=f"Мастер {n}", token=f"t{n}", description=f"от {n} ₽") for n in range(2))
    for key in ("telegram", "max", "sms", "webchat"):
        (bubble,) = render(Reply(text="Кто?", choices=choices), CAPABILITIES[key])
        assert "Мастер 1 — от 1 ₽" in bubble.text
    (menu,) = render(Reply(text="Кто?", choices=choices), CAPABILITIES["whatsapp"])
    assert [button.description for button in menu.buttons] == ["от 0 ₽", "от 1 ₽"]


def test_a_link_is_a_button_or_a_line() -> None:
    reply = Reply(text="Карта", choices=(Choice(label="Открыть", token="t", url="https://maps.example/1"),))
    (telegram,) = render(reply, CAPABILITIES["telegram"])
    assert telegram.buttons[0].touch is Touch.LINK
    (sms,) = render(reply, CAPABILITIES["sms"])
    assert "Открыть: https://maps.example/1" in sms.text


def test_the_phone_is_asked_for_with_one_touch_where_there_is_one() -> None:
    asked = Reply(text="Ваш телефон?", asks=Asks.PHONE)
    (alone,) = render(asked, CAPABILITIES["telegram"])
    assert (alone.form, alone.buttons[0].touch) == (Form.KEYBOARD, Touch.PHONE)
    beside = render(Reply(text="Телефон?", asks=Asks.PHONE, choices=services(1).choices), CAPABILITIES["telegram"])
    assert [bubble.form for bubble in beside] == [Form.BUTTONS, Form.KEYBOARD]
    (together,) = render(Reply(text="Телефон?", asks=Asks.PHONE, choices=services(1).choices), CAPABILITIES["max"])
    assert [button.touch for button in together.buttons] == [Touch.PICK, Touch.PHONE]
    (typed,) = render(asked, CAPABILITIES["whatsapp"])
    assert typed.form is Form.PLAIN


def test_a_file_goes_after_the_text() -> None:
    visit = Attachment(name="visit.ics", content_type="text/calendar", content=b"BEGIN:VCALENDAR")
    bubbles = render(Reply(text="Ждём вас!", media=(visit,)), CAPABILITIES["telegram"])
    assert [bubble.file for bubble in bubbles] == [None, visit]
    assert render(Reply(text="Ждём вас!", media=(visit,)), CAPABILITIES["sms"])[-1].file is None


def test_every_language_has_every_word() -> None:
    assert words("ru").keys() == words("en").keys()
    assert words("de") == words("ru")


@pytest.mark.parametrize("key", KEYS)
def test_a_preview_draws_every_choice(key: str) -> None:
    lines = "\n".join(line for bubble in all_pages(services(12), CAPABILITIES[key]) for line in drawn(bubble))
    assert all(f"Услуга номер {n}" in lines for n in range(12))

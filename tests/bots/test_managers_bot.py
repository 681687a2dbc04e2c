"""Managers in Telegram: called once each, take, answer, put off and give back by the same rules as in the inbox."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from booking.salon import Salon
from bots.assembly import assembled
from bots.embedded import make_console, managers_bot, managers_trouble
from bots.loops import Loop
from bots.managers.buttons import Wish, data_of, wish_of
from bots.managers.chat import BadToken, Card, Fate, NotSent
from bots.managers.telegram_chat import TelegramChat
from bots.options import read_options
from channels.fakes.faults import Fault
from channels.telegram.fake import TOKEN
from config.registry import Value
from dialog.conversation import OwnerKind
from dialog.detection import Reason
from dialog.effects import HandOver, SetClient
from dialog.errors import Conflict, StoreBusy
from storage.alerts import StoredAlerts
from storage.open_store import Store
from tests.bots.managers_desk import ManagersDesk, managers_desk
from tests.bots.product import until
from tests.fakes.book_desk import demo_salon
from tests.fakes.journal import KeptJournal
from tests.storage.test_desk import hand_over
from tests.storage.world import says, turn_of

INNA, OLGA = 11, 22


@pytest.fixture
async def desk(tmp_path: Path, migrated_file: Path) -> AsyncIterator[ManagersDesk]:
    async with managers_desk(tmp_path, migrated_file) as made:
        yield made


async def actions(store: Store) -> list[str]:
    return [line.what async for line in store.audit.lines()]


async def rename(desk: ManagersDesk, name: str) -> None:
    """The client who waits is known by another name from here on."""
    inbox, now = desk.world.store.inbox, desk.world.clock.now()
    await inbox.accept([says("hm", peer="client", cuts=True)], now)
    (work,) = await inbox.claim(now, 10)
    await inbox.commit([turn_of(work, SetClient(name=name))], now)


async def test_a_stranger_gets_nothing_but_the_way_in(desk: ManagersDesk) -> None:
    worker = desk.worker()
    await hand_over(desk.world)
    for text in ("/start", "привет", "/shift", "/start " + "0" * 32):
        desk.fake.says(INNA, text)
    await desk.hear(worker)
    await worker.tell()
    said = [one.text for one in desk.shown(INNA)]
    assert [text.startswith("Это бот для администраторов") for text in said] == [True, True, True, False]
    assert "Этот код уже не работает" in said[3]


async def test_who_is_linked_is_greeted_and_called_with_the_card(desk: ManagersDesk) -> None:
    worker = desk.worker()
    await desk.link(worker, "inna", INNA)
    await desk.waits(worker, label="upset")
    hello, card = desk.shown(INNA)
    assert "Inna" in hello.text
    assert card.text.splitlines()[0] == "🔴 Клиент расстроен: Anna, сайт"
    assert "Почему: попросил позвать человека" in card.text
    assert "Задело: «help»" in card.text
    assert "Бот узнал: услуга — cut" in card.text
    assert "Начать можно так:" in card.text
    assert [button["text"] for button in card.buttons] == ["Взять"]
    assert all(len(button["callback_data"].encode()) <= 64 for button in card.buttons)
    await worker.tell()
    assert len(desk.shown(INNA)) == 2
    assert await actions(desk.world.store) == ["messenger linked"]


async def test_no_phone_is_ever_told(desk: ManagersDesk) -> None:
    worker = desk.worker()
    user = await desk.link(worker, "inna", INNA)
    await desk.waits(worker)
    conversation_id = (await desk.world.store.desk.queue("waiting", user, 1))[0].conversation_id
    desk.fake.presses(desk.shown(INNA)[1], "Взять")
    await desk.hear(worker)
    await desk.writes("мой номер +7 916 123-45-67, жду")
    await worker.tell()
    assert (await desk.owner(conversation_id)) == ("human", user)
    line = desk.shown(INNA)[-1].text
    assert "мой номер" in line
    assert all("123" not in one.text and "+70000000000" not in one.text for one in desk.shown(INNA))


@pytest.mark.parametrize("name", ["89161234567", "+7 (916) 123-45-67", "anna89161234567"])
async def test_a_client_who_is_called_by_a_phone_is_not_addressed_by_it(desk: ManagersDesk, name: str) -> None:
    worker = desk.worker()
    await desk.link(worker, "inna", INNA)
    await hand_over(desk.world, label="upset")
    await rename(desk, name)
    await worker.tell()
    begin = next(line for line in desk.shown(INNA)[1].text.splitlines() if line.startswith("Начать можно так:"))
    assert "123" not in begin
    desk.fake.presses(desk.shown(INNA)[1], "Взять")
    await desk.hear(worker)
    desk.fake.presses(desk.shown(INNA)[1], "Заготовки")
    await desk.hear(worker)
    desk.fake.presses(desk.shown(INNA)[2], "Нам жаль")
    await desk.hear(worker)
    assert desk.shown(INNA)[2].text.startswith("Мне очень жаль")


async def test_whatever_a_client_has_written_the_call_comes(desk: ManagersDesk) -> None:
    worker = desk.worker()
    await desk.link(worker, "inna", INNA)
    await hand_over(desk.world)
    inbox, now = desk.world.store.inbox, desk.world.clock.now()
    await inbox.accept([says("🙂" * 3000, peer="client", cuts=True)], now)
    (work,) = await inbox.claim(now, 10)
    answers = {"wish": "короче " * 700, "comment": "🙂" * 3000, "topic": "стрижка"}
    trigger = Reason(rule="r", words=("ужас",) * 2000, weight=1.0)
    again = HandOver(reason="asked", label="human", priority=3, triggers=(trigger,), answers=answers)
    await inbox.commit([turn_of(work, SetClient(name="Анна " * 100), again, owner=OwnerKind.WAITING, epoch=1)], now)
    await worker.tell()
    card = desk.shown(INNA)[1]
    assert card.text.startswith("🟡 Просит человека: Анна")
    assert "интересует — стрижка" in card.text
    assert card.text.splitlines()[-1].startswith("Начать можно так:")
    desk.fake.presses(card, "Взять")
    await desk.hear(worker)
    assert desk.shown(INNA)[1].text.endswith("ответьте на это сообщение.")


async def test_a_text_that_telegram_would_refuse_is_told_in_part(desk: ManagersDesk) -> None:
    chat = desk.worker().chat
    for text in ("🙂" * 4000, "ё" * 5000):
        message = await chat.send(INNA, Card(text=text))
        await chat.edit(INNA, message, Card(text=text + "!"))
        told = desk.shown(INNA)[-1].text
        assert told.endswith("…")
        assert len(told.encode("utf-16-le")) // 2 > 4000


async def test_of_two_who_press_one_wins_and_the_other_reads_who(desk: ManagersDesk) -> None:
    worker = desk.worker()
    inna, olga = await desk.link(worker, "inna", INNA), await desk.link(worker, "olga", OLGA)
    conversation_id = await desk.waits(worker)
    for chat in (INNA, OLGA):
        desk.fake.presses(desk.shown(chat)[1], "Взять")
    events, _ = await worker.chat.heard(0)
    await asyncio.gather(*(worker.hand.hear(event) for event in events))
    owner = (await desk.owner(conversation_id))[1]
    assert owner in (inna, olga)
    winner, loser = (INNA, OLGA) if owner == inna else (OLGA, INNA)
    name = "Inna" if winner == INNA else "Olga"
    assert sorted(desk.alerts_shown()) == ["", f"Разговор уже ведёт {name}."]
    assert desk.shown(loser)[1].text == f"Anna: разговор ведёт {name}."
    assert desk.shown(loser)[1].buttons == []
    won = desk.shown(winner)[1]
    assert won.text.startswith("✅ Разговор ваш: Anna")
    assert [button["text"] for button in won.buttons] == ["Заготовки", "Отложить", "Вернуть боту"]
    assert (await actions(desk.world.store)).count("claimed") == 1


@pytest.mark.parametrize("first", ["browser", "messenger"])
async def test_browser_and_messenger_are_one_race(desk: ManagersDesk, first: str) -> None:
    worker = desk.worker()
    inna, olga = await desk.link(worker, "inna", INNA), await desk.link(worker, "olga", OLGA)
    conversation_id = await desk.waits(worker)
    desk.fake.presses(desk.shown(INNA)[1], "Взять")
    claim = desk.world.store.desk.claim
    if first == "browser":
        await claim(conversation_id, olga, 1, desk.world.clock.now())
        await desk.hear(worker)
        assert desk.alerts_shown() == ["Разговор уже ведёт Olga."]
    else:
        await desk.hear(worker)
        with pytest.raises(Conflict) as refused:
            await claim(conversation_id, olga, 1, desk.world.clock.now())
        assert refused.value.holder == inna
    assert (await desk.owner(conversation_id))[1] == (olga if first == "browser" else inna)
    await worker.tell()
    texts = {chat: desk.shown(chat)[1].text for chat in (INNA, OLGA)}
    if first == "browser":
        assert texts[INNA] == "Anna: разговор ведёт Olga."
        assert texts[OLGA].startswith("✅ Разговор ваш")
    else:
        assert texts[OLGA] == "Anna: разговор ведёт Inna."


async def test_an_answer_to_the_alert_is_said_to_the_client_once(desk: ManagersDesk) -> None:
    worker = desk.worker()
    user = await desk.link(worker, "inna", INNA)
    conversation_id = await desk.waits(worker)
    update = desk.fake.answers(desk.shown(INNA)[1], "Здравствуйте! Перезвоню завтра.")
    await desk.hear(worker)
    desk.fake.updates[update["update_id"]] = update  # Telegram brings it again
    await desk.hear(worker)
    assert await desk.owner(conversation_id) == ("human", user)
    (work,) = await desk.world.store.inbox.claim(desk.world.clock.now(), 10)
    assert [row.message.text for row in work.rows] == ["Здравствуйте! Перезвоню завтра."]
    page = await desk.world.store.notebook.page(conversation_id, desk.world.clock.now())
    assert [word.text for word in page.words] == ["Здравствуйте! Перезвоню завтра."]
    assert [call.method for call in desk.fake.calls].count("setMessageReaction") == 2


async def test_a_promise_is_kept_though_the_process_ended_right_after_the_line(desk: ManagersDesk) -> None:
    worker = desk.worker()
    user = await desk.link(worker, "inna", INNA)
    conversation_id = await desk.waits(worker)
    update = desk.fake.answers(desk.shown(INNA)[1], "Перезвоню завтра.")
    now = desk.world.clock.now()
    epoch = await desk.world.store.desk.claim(conversation_id, user, 1, now)
    client_id = f"tg{INNA}-{update['message']['message_id']}"
    await desk.world.store.desk.reply(conversation_id, user, "Перезвоню завтра.", client_id, epoch, now)
    await desk.hear(worker)
    page = await desk.world.store.notebook.page(conversation_id, now)
    assert [word.text for word in page.words] == ["Перезвоню завтра."]


async def test_what_cannot_be_said_is_refused_with_words(desk: ManagersDesk) -> None:
    worker = desk.worker()
    await desk.link(worker, "inna", INNA)
    olga = await desk.link(worker, "olga", OLGA)
    conversation_id = await desk.waits(worker)
    card = desk.shown(INNA)[1]
    await desk.world.store.desk.claim(conversation_id, olga, 1, desk.world.clock.now())
    desk.fake.answers(card, "я отвечу")
    desk.fake.says(INNA, "кому это?")
    desk.fake.answers(desk.shown(INNA)[0], "и это кому?")
    await desk.hear(worker)
    taken, whom, strange = [one.text for one in desk.shown(INNA)[2:]]
    assert taken == "Разговор уже ведёт Olga."
    assert whom.startswith("Кому ответить?")
    assert strange.startswith("По этому сообщению я не знаю")
    desk.fake.answers(desk.shown(OLGA)[1], "x" * 4001)
    desk.fake.says(OLGA, reply_to_message=desk.fake.answers(desk.shown(OLGA)[1], "ok")["message"]["reply_to_message"])
    await desk.hear(worker)
    assert desk.shown(OLGA)[2].text.startswith("Слишком длинно: клиенту уйдёт не больше 4000 знаков")
    assert desk.shown(OLGA)[3].text.startswith("Отсюда пока можно отправить только текст")


async def test_a_ready_reply_goes_out_only_after_it_was_seen(desk: ManagersDesk) -> None:
    worker = desk.worker()
    await desk.link(worker, "inna", INNA)
    await desk.waits(worker, label="upset")
    desk.fake.presses(desk.shown(INNA)[1], "Взять")
    await desk.hear(worker)
    desk.fake.presses(desk.shown(INNA)[1], "Заготовки")
    await desk.hear(worker)
    choice = desk.shown(INNA)[2]
    assert choice.buttons[0]["text"] == "Нам жаль"
    desk.fake.presses(choice, "Нам жаль")
    await desk.hear(worker)
    seen = desk.shown(INNA)[2]
    assert seen.text.startswith("Anna, мне очень жаль")
    assert await desk.world.store.inbox.claim(desk.world.clock.now(), 10) == []
    desk.fake.presses(seen, "Отправить")
    await desk.hear(worker)
    (work,) = await desk.world.store.inbox.claim(desk.world.clock.now(), 10)
    assert [row.message.text for row in work.rows] == [seen.text]
    assert desk.shown(INNA)[2].text.startswith("Отправлено: Anna")


async def test_what_cannot_reach_the_client_any_more_is_not_promised_to(desk: ManagersDesk) -> None:
    worker = desk.worker()
    user = await desk.link(worker, "inna", INNA)
    inbox = desk.world.store.inbox
    await inbox.accept([says("help", peer="client", channel="whatsapp", cuts=True)], desk.world.clock.now())
    (work,) = await inbox.claim(desk.world.clock.now(), 10)
    wait = HandOver(reason="asked", label="human", priority=3)
    await inbox.commit([turn_of(work, wait, owner=OwnerKind.WAITING, epoch=1)], desk.world.clock.now())
    await worker.tell()
    desk.world.clock.go(24 * 3600)
    desk.fake.answers(desk.shown(INNA)[1], "Здравствуйте!")
    await desk.hear(worker)
    assert desk.shown(INNA)[2].text.startswith("Клиенту уже не ответить")
    assert await desk.owner(work.conversation.id) == ("waiting", None)
    desk.fake.presses(desk.shown(INNA)[1], "Взять")
    desk.world.clock.go(-60)
    await desk.hear(worker)
    assert await desk.owner(work.conversation.id) == ("human", user)
    desk.fake.presses(desk.shown(INNA)[1], "Заготовки")
    await desk.hear(worker)
    choice = desk.shown(INNA)[3]
    desk.fake.presses(choice, choice.buttons[0]["text"])
    await desk.hear(worker)
    ready = desk.shown(INNA)[3]
    desk.world.clock.go(60)
    desk.fake.presses(ready, "Отправить")
    desk.fake.presses(desk.shown(INNA)[1], "Заготовки")
    await desk.hear(worker)
    assert [text[:22] for text in desk.alerts_shown()[-2:]] == ["Клиенту уже не ответить"[:22]] * 2
    assert await inbox.claim(desk.world.clock.now(), 10) == []
    assert "setMessageReaction" not in [call.method for call in desk.fake.calls]


async def test_putting_off_and_giving_back(desk: ManagersDesk) -> None:
    worker = desk.worker()
    user = await desk.link(worker, "inna", INNA)
    await desk.waits(worker)
    desk.fake.presses(desk.shown(INNA)[1], "Взять")
    await desk.hear(worker)
    desk.fake.presses(desk.shown(INNA)[1], "Отложить")
    await desk.hear(worker)
    desk.fake.presses(desk.shown(INNA)[2], "15 минут")
    await desk.hear(worker)
    (snoozed,) = await desk.world.store.desk.queue("mine", user, 1)
    assert snoozed.snoozed_until == desk.world.clock.now() + timedelta(minutes=15)
    desk.world.clock.go(15 * 60)
    await worker.tell()
    assert desk.shown(INNA)[3].text.startswith("⏰ Anna")
    desk.fake.presses(desk.shown(INNA)[3], "Вернуть боту")
    await desk.hear(worker)
    desk.fake.presses(desk.shown(INNA)[4], "С меню")
    await desk.hear(worker)
    (work,) = await desk.world.store.inbox.claim(desk.world.clock.now(), 10)
    assert work.rows[0].message.data["choice"] == "menu"
    assert desk.shown(INNA)[4].text == "Готово, дальше отвечает бот: Anna."


async def test_the_clients_next_lines_come_where_it_was_taken(desk: ManagersDesk) -> None:
    worker = desk.worker()
    await desk.link(worker, "inna", INNA)
    await desk.waits(worker)
    desk.fake.presses(desk.shown(INNA)[1], "Взять")
    await desk.hear(worker)
    await desk.writes("Вы тут?")
    await desk.writes("Алло")
    await worker.tell()
    assert desk.shown(INNA)[2].text == "💬 Новое от клиента: Anna\nВы тут?\nАлло"
    desk.fake.answers(desk.shown(INNA)[2], "Тут!")
    await desk.hear(worker)
    assert [call.method for call in desk.fake.calls][-2:].count("setMessageReaction") == 1


async def test_whoever_is_shut_out_is_a_stranger_at_once(desk: ManagersDesk) -> None:
    worker = desk.worker()
    inna = await desk.link(worker, "inna", INNA)
    conversation_id = await desk.waits(worker)
    desk.fake.presses(desk.shown(INNA)[1], "Взять")
    desk.fake.answers(desk.shown(INNA)[1], "перейдём в мой личный чат")
    await desk.world.store.accounts.disable(inna, desk.world.clock.now())
    await desk.hear(worker)
    await desk.writes("ау")
    await worker.tell()
    assert (await desk.owner(conversation_id))[0] == "waiting"
    assert desk.alerts_shown() == [desk.shown(INNA)[-1].text]
    assert await desk.world.store.pagers.all() == []


async def test_a_button_is_worth_nothing_in_another_chat(desk: ManagersDesk) -> None:
    worker = desk.worker()
    await desk.link(worker, "inna", INNA)
    olga = await desk.link(worker, "olga", OLGA)
    await desk.world.store.pagers.shift(olga, on=False)
    conversation_id = await desk.waits(worker)
    update = desk.fake.presses(desk.shown(INNA)[1], "Взять")
    update["callback_query"]["message"]["chat"]["id"] = OLGA
    await desk.hear(worker)
    assert desk.alerts_shown() == ["Эта кнопка устарела."]
    assert (await desk.owner(conversation_id))[0] == "waiting"


async def test_who_is_on_shift(desk: ManagersDesk) -> None:
    worker = desk.worker()
    await desk.link(worker, "inna", INNA)
    await desk.link(worker, "olga", OLGA)
    desk.fake.says(INNA, "/shift")
    await desk.hear(worker)
    card = desk.shown(INNA)[1]
    assert card.text.splitlines()[1] == "На смене: Inna, Olga."
    desk.fake.presses(card, "Я отдыхаю")
    await desk.hear(worker)
    assert desk.shown(INNA)[1].text.splitlines()[1:] == ["На смене: Olga.", "Отдыхают: Inna."]
    await desk.waits(worker)
    assert len(desk.shown(INNA)) == 2
    assert len(desk.shown(OLGA)) == 2


async def test_three_processes_tell_each_alert_once_and_one_listens(desk: ManagersDesk) -> None:
    workers = [desk.worker() for _ in range(3)]
    await desk.link(workers[0], "inna", INNA)
    await desk.link(workers[0], "olga", OLGA)
    loops: list[Loop] = [worker.alerting for worker in workers]
    loops += [worker.listening(f"process {number}") for number, worker in enumerate(workers)]
    tasks = [asyncio.create_task(loop.run()) for loop in loops]
    for number in range(6):
        await hand_over(desk.world, f"client{number}")
    await until(lambda: len(desk.fake.sent) >= 2 + 12)
    desk.fake.presses(desk.shown(INNA)[1], "Взять")
    await until(lambda: any("Разговор ваш" in one.text for one in desk.shown(INNA)))
    await until(lambda: any("разговор ведёт Inna" in one.text for one in desk.shown(OLGA)))
    for loop in loops:
        loop.stop()
    await asyncio.wait_for(asyncio.gather(*tasks), 10)
    assert [len(desk.shown(chat)) for chat in (INNA, OLGA)] == [7, 7]
    assert "managers_bot_away" not in desk.journal.events


class Stumbling(StoredAlerts):
    """The first writing-down of what was sent, or of what goes later, meets a busy database or a long wait."""

    def __init__(
        self, store: Store, *, busy: bool = False, meanwhile: Callable[[], Awaitable[None]] | None = None
    ) -> None:
        vars(self).update(vars(store.alerts))
        self._busy = busy
        self._meanwhile = meanwhile

    async def sent(self, alert_id: int, message: int) -> None:
        if self._busy:
            self._busy = False
            raise StoreBusy("disk full")
        await super().sent(alert_id, message)

    async def later(self, alert_id: int, at: datetime) -> None:
        meanwhile, self._meanwhile = self._meanwhile, None
        if meanwhile is not None:
            await meanwhile()
        await super().later(alert_id, at)


async def test_a_database_that_is_busy_once_costs_nobody_his_call(desk: ManagersDesk) -> None:
    worker = desk.worker(alerts=Stumbling(desk.world.store, busy=True))
    await desk.link(worker, "inna", INNA)
    for number in range(5):
        await hand_over(desk.world, f"client{number}")
    with pytest.raises(StoreBusy):
        await worker.tell()
    await worker.tell()
    assert len(desk.shown(INNA)) == 1 + 5
    for card in desk.shown(INNA)[1:]:
        desk.fake.answers(card, "Здравствуйте!")
    await desk.hear(worker)
    assert [call.method for call in desk.fake.calls].count("setMessageReaction") == 5


async def test_a_process_that_is_slow_costs_nobody_his_call(desk: ManagersDesk) -> None:
    other = desk.worker()

    async def meanwhile() -> None:
        desk.world.clock.go(130)
        await hand_over(desk.world, "late")
        await other.tell()

    worker = desk.worker(alerts=Stumbling(desk.world.store, meanwhile=meanwhile))
    await desk.link(worker, "inna", INNA)
    for number in range(5):
        await hand_over(desk.world, f"client{number}")
    desk.fake.faults.plan(Fault.THROTTLE)
    await worker.tell()
    desk.world.clock.go(60)
    await worker.tell()
    assert len(desk.shown(INNA)) == 1 + 6


async def test_a_card_that_cannot_be_made_costs_the_others_nothing(desk: ManagersDesk) -> None:
    faults = [RuntimeError("a bug")]

    def salon() -> Salon:
        if faults:
            raise faults.pop()
        return demo_salon()

    worker = desk.worker(salon=salon)
    await desk.link(worker, "inna", INNA)
    for number in range(3):
        await hand_over(desk.world, f"client{number}")
    await worker.tell()
    assert len(desk.shown(INNA)) == 1 + 2
    assert desk.journal.events == ["alert_not_made"]


@pytest.mark.parametrize(
    ("fault", "again"),
    [(Fault.THROTTLE, True), (Fault.HTML, True), (Fault.DROP_AFTER, False), (Fault.EMPTY, False)],
)
async def test_a_send_that_failed_is_repeated_only_if_it_surely_failed(
    desk: ManagersDesk, fault: Fault, again: bool
) -> None:
    worker = desk.worker()
    await desk.link(worker, "inna", INNA)
    desk.fake.faults.plan(fault)
    await desk.waits(worker)
    before = len(desk.shown(INNA))
    desk.world.clock.go(3600)
    await worker.tell()
    assert len(desk.shown(INNA)) - before == int(again)
    assert len(desk.shown(INNA)) == (2 if again or fault is Fault.DROP_AFTER else 1)


async def test_whoever_blocks_the_bot_is_unlinked(desk: ManagersDesk) -> None:
    worker = desk.worker()
    await desk.link(worker, "inna", INNA)
    desk.fake.faults.plan(Fault.BLOCKED)
    await desk.waits(worker)
    assert await desk.world.store.pagers.all() == []
    assert (await actions(desk.world.store))[-1] == "messenger unlinked"


async def test_a_wrong_token_and_nobody_there_are_told_apart(desk: ManagersDesk) -> None:
    wrong = TelegramChat("1:" + "x" * 35, base_url=desk.url, timeout=5.0)
    with pytest.raises(BadToken):
        await wrong.open()
    away = TelegramChat(TOKEN, base_url="http://127.0.0.1:9", timeout=5.0)
    with pytest.raises(NotSent) as refused:
        await away.send(1, Card(text="hello"))
    assert refused.value.fate is Fate.LATER
    await wrong.close()
    await away.close()


async def test_a_bot_that_cannot_work_leaves_the_console_to_mend_it(tmp_path: Path) -> None:
    async with assembled(read_options({}, data=str(tmp_path))) as parts:
        journal = KeptJournal()
        bot: dict[str, Value] = {"managers_bot_token": TOKEN}
        for wrong, words in (
            ({"managers_bot_proxy": "foo"}, "такой прокси ему не подходит"),
            ({"managers_bot_proxy": "socks5://127.0.0.1:9"}, "такой прокси ему не подходит"),
            ({"managers_bot_token": "sealed:" + "0" * 80}, "закрыт другим ключом установки"),
        ):
            broken = replace(parts, settings={**parts.settings, **bot, **wrong}, journal=journal)
            assert managers_bot(broken) == {}
            assert words in managers_trouble(broken)
            make_console(broken)
        assert journal.events == ["managers_bot_cannot_start"] * 3
        working = replace(parts, settings={**parts.settings, **bot})
        assert set(managers_bot(working)) == {"alerting", "listening"}
        assert managers_trouble(working) == ""


def test_buttons_carry_what_they_mean_and_nothing_else_is_understood() -> None:
    assert wish_of(data_of("z", "0" * 32, "15")) == Wish(verb="z", token="0" * 32, word="15")
    assert len(data_of("p", "f" * 32, "a" * 24).encode()) <= 64
    for strange in ("", "t", "t:zz", "t:" + "0" * 31, "t:" + "0" * 32 + ":" + "a" * 25, "T:" + "0" * 32, "t::;drop"):
        assert wish_of(strange) is None

"""Going on in a messenger, as the browser asks for it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.channels.conftest import ORIGIN, Chat, until


def ask(chat: Chat, token: str, what: str = "", origin: str = ORIGIN) -> Any:
    return chat.client.post(f"/chat/onward{what}?language=ru", headers={"x-chat-token": token, "origin": origin})


def state(chat: Chat, token: str, language: str) -> dict[str, Any]:
    with chat.socket(token) as socket:
        socket.send_text(json.dumps({"type": "hello", "after": 0, "language": language}))
        found: dict[str, Any] = until(socket, "state")
        return found


def test_the_messenger_is_named_where_there_is_one(chat: Chat) -> None:
    token = chat.token()
    assert "onward" not in state(chat, token, "ru")
    chat.onward.name = "Telegram"
    assert state(chat, token, "en")["onward"] == "Telegram (en)"
    assert chat.poll(token).json()["frames"][0]["onward"] == "Telegram (ru)"


def test_a_link_is_the_visitors_own_and_is_taken_back(chat: Chat) -> None:
    token = chat.token()
    address = chat.address(token)
    chat.onward.name = "Telegram"
    assert ask(chat, token).json() == {"joined": False}
    nobody = ask(chat, token, "/link")
    assert (nobody.status_code, nobody.json()["frames"][0]["code"]) == (400, "no_way_on")
    chat.onward.known.add(address)
    answer = ask(chat, token, "/link")
    assert answer.json() == {"joined": False, "url": f"https://messenger.example/{address.peer}"}
    assert answer.headers["cache-control"] == "no-store"
    chat.onward.gone_on.add(address)
    assert ask(chat, token).json() == {"joined": True}
    assert ask(chat, chat.token()).json() == {"joined": False}
    assert ask(chat, token, "/part").json() == {"joined": False}
    assert ask(chat, token).json() == {"joined": False}


@pytest.mark.parametrize("what", ["", "/link", "/part"])
def test_who_is_nobody_or_comes_from_elsewhere_gets_nothing(chat: Chat, what: str) -> None:
    assert ask(chat, "forged.1.token", what).status_code == 401
    assert ask(chat, chat.token(), what, origin="https://evil.example").status_code == 401
    chat.onward.busy = True
    busy = ask(chat, chat.token(), what)
    assert (busy.status_code, busy.headers["retry-after"]) == (503, "1")


def test_links_are_not_made_without_end(chat: Chat) -> None:
    token = chat.token()
    assert 429 in {ask(chat, token, "/link").status_code for _ in range(60)}

"""Visitors, links and photo addresses: signed, bound to a site and to a purpose, mortal."""

from __future__ import annotations

import random
import string
from datetime import timedelta

import pytest

from channels.webchat.media_links import MediaLinks
from channels.webchat.protocol import LANGUAGES
from channels.webchat.settings import SiteSettings, WebchatSettings, allows
from channels.webchat.signatures import Signatures
from channels.webchat.signed_links import SignedLinks
from channels.webchat.visitor import VisitorTokens
from tests.fakes.stillness import CountedDice, StillClock

OLD, NEW = b"o" * 32, b"n" * 32


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def tokens(clock: StillClock) -> VisitorTokens:
    return VisitorTokens((NEW, OLD), clock, CountedDice())


def test_a_token_names_its_visitor_for_its_site_only(tokens: VisitorTokens) -> None:
    visitor = tokens.read(tokens.new("lavanda"), ["second", "lavanda"])
    assert visitor is not None
    assert visitor.site == "lavanda"
    assert len(visitor.id) == 22
    assert tokens.read(tokens.new("lavanda"), ["second"]) is None


def test_every_visitor_is_another(tokens: VisitorTokens) -> None:
    assert len({tokens.new("lavanda").split(".")[0] for _ in range(1_000)}) == 1_000


def test_guessed_and_altered_tokens_open_nothing(tokens: VisitorTokens) -> None:
    dice = random.Random(7)
    good = tokens.new("lavanda")
    letters = string.ascii_letters + string.digits + "-_."
    for _ in range(20_000):
        at = dice.randrange(len(good))
        altered = good[:at] + dice.choice(letters) + good[at + 1 :]
        assert altered == good or tokens.read(altered, ["lavanda"]) is None
    for guess in ("", ".", "..", "a.b.c", good + "\n", good + ".", good.upper(), "аб" * 10, good.replace(".", "..")):
        assert tokens.read(guess, ["lavanda"]) is None


def test_an_old_key_still_verifies_a_removed_one_does_not(clock: StillClock) -> None:
    made = VisitorTokens((OLD,), clock, CountedDice()).new("lavanda")
    assert VisitorTokens((NEW, OLD), clock, CountedDice()).read(made, ["lavanda"]) is not None
    assert VisitorTokens((NEW,), clock, CountedDice()).read(made, ["lavanda"]) is None


def test_a_returning_visitor_never_runs_out_an_absent_one_does(tokens: VisitorTokens, clock: StillClock) -> None:
    token = tokens.new("lavanda")
    clock.advance(days=31)
    visitor = tokens.read(token, ["lavanda"])
    assert visitor is not None
    renewed = tokens.renewed(visitor)
    assert renewed is not None
    clock.advance(days=370)
    assert tokens.read(token, ["lavanda"]) is None
    again = tokens.read(renewed, ["lavanda"])
    assert again is not None
    assert again.id == visitor.id


def test_a_link_is_for_one_site_and_expires(clock: StillClock) -> None:
    links = SignedLinks((NEW,), clock)
    link = links.make("lavanda", "demo-anna", clock.now() + timedelta(days=1))
    assert links.read("lavanda", link) == "demo-anna"
    assert links.read("second", link) is None
    assert links.read("lavanda", link.replace("anna", "vera")) is None
    clock.advance(days=2)
    assert links.read("lavanda", link) is None
    with pytest.raises(ValueError, match="not a visitor id"):
        links.make("lavanda", "a.b", clock.now())


def test_a_token_is_no_link_and_a_link_is_no_token(tokens: VisitorTokens, clock: StillClock) -> None:
    links = SignedLinks((NEW, OLD), clock)
    assert links.read("lavanda", tokens.new("lavanda")) is None
    hours = int(clock.now().timestamp()) // 3_600
    link = links.make("lavanda", "demo-anna", clock.now() + timedelta(hours=1))
    visitor_id, _, signature = link.split(".")
    assert tokens.read(f"{visitor_id}.{hours}.{signature}", ["lavanda"]) is None


def test_a_photo_address_is_signed_and_expires(clock: StillClock) -> None:
    links = MediaLinks((NEW,), clock, "/chat")
    path, _, query = links.url("photo-000001").partition("?")
    assert path == "/chat/media/photo-000001"
    until, sig = (part.partition("=")[2] for part in query.split("&"))
    assert links.allows("photo-000001", until, sig)
    assert not links.allows("photo-000002", until, sig)
    assert not links.allows("photo-000001", str(int(until) + 1), sig)
    assert not links.allows("photo-000001", "²", sig)
    clock.advance(hours=13)
    assert not links.allows("photo-000001", until, sig)


def test_a_file_address_is_signed_and_lasts_longer(clock: StillClock) -> None:
    links = MediaLinks((NEW,), clock, "/chat")
    path, _, query = links.file_place(7, 12, 0).partition("?")
    assert path == "file/7/12/0"
    until, sig = (part.partition("=")[2] for part in query.split("&"))
    clock.advance(hours=13)
    assert links.allows_file(7, 12, 0, until, sig)
    assert not links.allows_file(7, 12, 1, until, sig)
    assert not links.allows_file(71, 2, 0, until, sig)
    assert not links.allows("file/7/12/0", until, sig)
    clock.advance(hours=24 * 30)
    assert not links.allows_file(7, 12, 0, until, sig)


def test_short_keys_are_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Signatures((b"short",), "x")
    with pytest.raises(ValueError, match="32 bytes"):
        Signatures((), "x")


@pytest.mark.parametrize(
    ("origin", "host", "allowed"),
    [
        ("https://salon.example", "chat.example", True),
        ("https://SALON.example", "chat.example", True),
        ("http://salon.example", "chat.example", False),
        ("https://salon.example.evil.example", "chat.example", False),
        ("https://evil.example", "chat.example", False),
        ("https://salon.example:8443", "chat.example", False),
        ("null", "", False),
        ("null", "chat.example", False),
        ("http://127.0.0.1:8080", "127.0.0.1:8080", True),
        ("http://127.0.0.1:8081", "127.0.0.1:8080", False),
    ],
)
def test_origins(origin: str, host: str, allowed: bool) -> None:
    assert allows(SiteSettings(title="Л", origins=("https://salon.example/",)), origin, host) is allowed


@pytest.mark.parametrize(
    "settings",
    [
        {"sites": {}},
        {"sites": {"Bad Key": {"title": "Л"}}},
        {"sites": {"a": {"title": "Л", "origins": ["salon.example"]}}},
        {"sites": {"a": {"title": "Л", "origins": ["https://salon.example/page"]}}},
        {"sites": {"a": {"title": "Л", "accent": "red;}"}}},
        {"sites": {"a": {"title": "Л"}}, "trusted_proxies": ["not-a-network"]},
        {"sites": {"a": {"title": "Л"}}, "unknown": 1},
    ],
)
def test_settings_that_cannot_be_are_refused(settings: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="validation error"):
        WebchatSettings.model_validate(settings)


def test_languages() -> None:
    assert LANGUAGES == ("ru", "en")

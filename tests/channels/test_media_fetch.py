"""Fetching a client's file: nothing in our own network is ever touched, nothing too much is ever read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
import yaml

from channels.file_type import file_type
from channels.foreign_url import ForeignUrl, read_url
from channels.limits import LIMITS
from channels.media_fetch import MediaFetch
from channels.media_hosts import MEDIA_HOSTS, MediaHosts, media_hosts_of
from channels.media_store import Media
from channels.not_fetched import NotFetched, Refused, TooLarge, Unreachable
from channels.public_address import public_address
from tests.channels.trap import PICTURE, PUBLIC, Names, Trap, Wire, trap_set

TRICKS = [
    url for tricks in yaml.safe_load(Path(__file__).with_name("url_tricks.yaml").read_text("utf-8")).values()
    for url in tricks
]  # fmt: skip
HOSTS = MediaHosts(names=("files.example", ".cdn.example"), trusted=("files.example",))
GOOD = "https://files.example/a/b.jpg?size=big&sig=%2F"
HOME = [
    "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "100.64.0.1",
    "100.100.100.200", "169.254.169.254", "168.63.129.16", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "::", "::1",
    "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::ffff:93.184.216.34", "::127.0.0.1", "fe80::1",
    "fe80::1%eth0", "2606:4700::1%lo", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "64:ff9b::7f00:1",
    "64:ff9b:1::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "3fff::1", "5f00::1", "100::1", "0x7f.1", "127.1",
    "017700000001", "2130706433", "localhost", "", "127.0.0.1\n", "١٢٧.0.0.1",
]  # fmt: skip


class ResolvesAgain(MediaFetch):
    """A seeded bug: the check is made, and then the name is looked up once more."""

    def _request(self, wanted: ForeignUrl, address: str, headers: dict[str, str]) -> httpx.Request:
        return super()._request(wanted, wanted.host, headers)


class LooksAtTheFirstOnly(MediaFetch):
    """A seeded bug: one good address among the records is enough."""

    async def _addresses(self, wanted: ForeignUrl) -> list[str]:
        found = list(await self._resolver(wanted.host, wanted.port))
        return found[1:] if public_address(found[0]) else []


class TakesAnyAddress(MediaFetch):
    """A seeded bug: nobody looks where the name leads."""

    async def _addresses(self, wanted: ForeignUrl) -> list[str]:
        return list(await self._resolver(wanted.host, wanted.port))


class GoesWhereItIsSent(MediaFetch):
    """A seeded bug: redirects are followed."""

    async def _read(self, request: httpx.Request, host: str) -> bytes:
        response = await self._transport.handle_async_request(request)
        if response.is_redirect:
            return await super()._read(httpx.Request("GET", response.headers["location"]), host)
        return b""


class ReadsKindly(MediaFetch):
    """A seeded bug: addresses are read by a library that is kind to their writers, and any host is good."""

    async def fetch(self, url: str, headers: object = None) -> Media:
        try:
            read = httpx.URL(url)
            wanted = ForeignUrl(host=read.raw_host.decode() or "localhost", port=443, target="/")
            return Media(content=await self._from_any(wanted, {}), content_type="")
        except (httpx.InvalidURL, UnicodeError):
            raise Refused("unreadable") from None

    async def _addresses(self, wanted: ForeignUrl) -> list[str]:
        return [wanted.host]


@pytest.fixture
async def trap() -> AsyncIterator[Trap]:
    """A trap, set."""
    async with trap_set() as trap:
        yield trap


async def connects(kind: type[MediaFetch], trap: Trap, names: Names, urls: list[str]) -> int:
    """How often a fetcher of this kind reaches the trap when it is given all of these addresses."""
    wire = Wire(trap, names)
    fetch = kind(HOSTS, resolver=names, transport=wire)
    for url in urls:
        with pytest.raises(NotFetched):
            await _never(fetch, url)
    await fetch.close()
    return trap.connects


async def _never(fetch: MediaFetch, url: str) -> None:
    """Fetch; what came from the trap counts there, not here."""
    await fetch.fetch(url)
    raise Refused("it came")


def fetcher(trap: Trap, *, most_bytes: int = 1_000, most_seconds: float = 5.0) -> MediaFetch:
    """A fetcher that may go to the trap as to a fake messenger."""
    return MediaFetch(HOSTS, loopback_base=trap.base, most_bytes=most_bytes, most_seconds=most_seconds)


def test_there_are_enough_tricks_and_each_once() -> None:
    assert len(TRICKS) == len(set(TRICKS)) >= 150


async def test_no_trick_reaches_our_own_network(trap: Trap) -> None:
    names = Names(default=["127.0.0.1"])
    assert await connects(MediaFetch, trap, names, TRICKS) == 0
    assert names.asked == []  # not even a look-up


async def test_the_trap_catches_a_fetcher_that_reads_kindly(trap: Trap) -> None:
    assert await connects(ReadsKindly, trap, Names(default=["127.0.0.1"]), TRICKS) > 60


@pytest.mark.parametrize("address", HOME)
async def test_a_good_name_that_leads_home_is_refused(trap: Trap, address: str) -> None:
    assert public_address(address) is None
    for records in ([address], [PUBLIC, address], [address, PUBLIC]):
        assert await connects(MediaFetch, trap, Names(default=records), [GOOD, "https://a.b.cdn.example/"]) == 0


@pytest.mark.parametrize("address", [PUBLIC, "8.8.8.8", "100.63.255.255", "172.32.0.1", "2606:4700::1", "2a00:1450::1"])
def test_public_addresses_are_taken(address: str) -> None:
    assert public_address(address) == address


async def test_a_name_that_changes_its_answer_gains_nothing(trap: Trap) -> None:
    names = Names({"files.example": [[PUBLIC], ["127.0.0.1"]]})
    assert await connects(MediaFetch, trap, names, [GOOD]) == 0
    assert names.asked == ["files.example"]


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        (ResolvesAgain, Names({"files.example": [[PUBLIC], ["127.0.0.1"]]})),
        (LooksAtTheFirstOnly, Names(default=[PUBLIC, "127.0.0.1"])),
        (TakesAnyAddress, Names(default=["::ffff:7f00:1"])),
    ],
)
async def test_the_trap_catches_each_of_the_bugs(trap: Trap, kind: type[MediaFetch], names: Names) -> None:
    assert await connects(kind, trap, names, [GOOD]) == 1


async def test_it_connects_to_the_address_with_the_name_on_its_lips(trap: Trap) -> None:
    names = Names({"files.example": [["2606:4700::1", PUBLIC]]})
    wire = Wire(trap, names, outside=httpx.Response(200, stream=httpx.ByteStream(PICTURE)))
    fetch = MediaFetch(HOSTS, resolver=names, transport=wire)
    assert await fetch.fetch(GOOD.replace("files", "FILES"), {"Authorization": "Bearer s", "host": "evil.example"}) == (
        Media(content=PICTURE, content_type="image/jpeg")
    )
    request = wire.requests[0]
    assert str(request.url) == GOOD.replace("files.example", "[2606:4700::1]")
    assert request.extensions["sni_hostname"] == "files.example"
    assert request.headers.get_list("host") == ["files.example"]
    assert request.headers["authorization"] == "Bearer s"
    assert "cookie" not in request.headers


async def test_when_one_address_is_away_the_next_is_tried(trap: Trap) -> None:
    names = Names(default=["2606:4700::1", PUBLIC])
    wire = Wire(trap, names)
    with pytest.raises(Unreachable) as fault:
        await MediaFetch(HOSTS, resolver=names, transport=wire).fetch(GOOD)
    assert fault.value.retryable
    assert [request.url.host for request in wire.requests] == ["2606:4700::1", PUBLIC]


async def test_credentials_go_to_trusted_hosts_only(trap: Trap) -> None:
    names = Names(default=[PUBLIC])
    wire = Wire(trap, names, outside=httpx.Response(200, stream=httpx.ByteStream(PICTURE)))
    fetch = MediaFetch(HOSTS, resolver=names, transport=wire)
    with pytest.raises(Refused):
        await fetch.fetch("https://a.cdn.example/x", {"Authorization": "Bearer s"})
    assert (wire.requests, names.asked) == ([], [])
    await fetch.fetch("https://a.cdn.example/x")
    assert "authorization" not in wire.requests[0].headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_is_an_end(trap: Trap, status: int) -> None:
    async with trap_set() as inside:
        trap.answer = f"HTTP/1.1 {status} Go\r\nlocation: {inside.base}/\r\ncontent-length: 0\r\n\r\n".encode()
        for kind, expected in ((MediaFetch, 0), (GoesWhereItIsSent, 1)):
            fetch = kind(HOSTS, loopback_base=trap.base)
            with pytest.raises(Refused):
                await _never(fetch, f"{trap.base}/file")
            await fetch.close()
            assert inside.connects == expected


@pytest.mark.parametrize(
    ("answer", "fault"),
    [
        (b"HTTP/1.1 200 OK\r\ncontent-length: 1001\r\n\r\n", TooLarge),
        (b"HTTP/1.1 200 OK\r\n\r\n" + PICTURE + b"\0" * 1_000, TooLarge),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n" + b"ff\r\n" * 1 + b"\0" * 255 + b"\r\n" +
         b"fff\r\n" + b"\0" * 4095 + b"\r\n0\r\n\r\n", TooLarge),
        (b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 3\r\n\r\nabc", Refused),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n<html></h", Refused),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", Refused),
        (b"HTTP/1.1 206 Part\r\ncontent-length: 64\r\n\r\n" + PICTURE, Refused),
        (b"HTTP/1.1 404 No\r\ncontent-length: 0\r\n\r\n", Refused),
        (b"HTTP/1.1 403 No\r\ncontent-length: 0\r\n\r\n", Refused),
        (b"HTTP/1.1 429 Slow\r\ncontent-length: 0\r\n\r\n", Unreachable),
        (b"HTTP/1.1 503 Later\r\ncontent-length: 0\r\n\r\n", Unreachable),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 64\r\n\r\n" + PICTURE[:10], Unreachable),
        (b"nonsense\r\n\r\n", Unreachable),
        (b"", Unreachable),
    ],
)  # fmt: skip
async def test_what_is_not_taken(trap: Trap, answer: bytes, fault: type[NotFetched]) -> None:
    trap.answer = answer
    fetch = fetcher(trap)
    with pytest.raises(NotFetched) as met:
        await fetch.fetch(f"{trap.base}/bot123:SECRET/file.jpg")
    await fetch.close()
    assert type(met.value) is fault
    assert "SECRET" not in str(met.value)
    assert met.value.retryable is (fault is Unreachable)


async def test_a_file_of_exactly_the_limit_is_taken(trap: Trap) -> None:
    fetch = fetcher(trap, most_bytes=len(PICTURE))
    assert await fetch.fetch(f"{trap.base}/file.html") == Media(content=PICTURE, content_type="image/jpeg")
    await fetch.close()
    assert trap.heads[0].startswith(b"GET /file.html HTTP/1.1\r\n")


async def test_who_drips_is_left() -> None:
    async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 900\r\n\r\n")
        with suppress(ConnectionError):
            while True:
                writer.write(b"\xff")
                await writer.drain()
                await asyncio.sleep(0.05)
        writer.close()
        gone.set()

    gone = asyncio.Event()
    server = await asyncio.start_server(drip, "127.0.0.1", 0)
    base = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    fetch = MediaFetch(HOSTS, loopback_base=base, most_seconds=0.4)
    began = asyncio.get_running_loop().time()
    with pytest.raises(Unreachable):
        await fetch.fetch(f"{base}/file")
    assert asyncio.get_running_loop().time() - began < 3
    await fetch.close()
    await asyncio.wait_for(gone.wait(), 5)
    server.close()


async def test_a_slow_resolver_is_left(trap: Trap) -> None:
    async def slow(host: str, port: int) -> list[str]:
        await asyncio.sleep(30)
        return [PUBLIC]

    with pytest.raises(Unreachable):
        await MediaFetch(HOSTS, resolver=slow, most_seconds=0.1, transport=Wire(trap, Names())).fetch(GOOD)


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1", "https://127.0.0.1:1234", "http://10.0.0.1:80", "http://localhost:80", "http://a.b:80"]
)
def test_a_fake_is_on_this_machine_or_nowhere(base: str) -> None:
    with pytest.raises(ValueError, match=r"127\.0\.0\.1:8123"):
        MediaFetch(HOSTS, loopback_base=base)


@pytest.mark.parametrize("tail", ["9/x", "@files.example/", "", ".nip.io/x", "/a b", "/a\r\nb", "/a#b", "/a\\b"])
async def test_only_what_is_below_the_fake_is_the_fake(trap: Trap, tail: str) -> None:
    fetch = fetcher(trap)
    with pytest.raises(Refused):
        await fetch.fetch(f"{trap.base}{tail}")
    await fetch.close()
    assert trap.connects == 0


async def test_without_a_fake_this_machine_is_closed(trap: Trap) -> None:
    fetch = MediaFetch(HOSTS)
    with pytest.raises(Refused):
        await fetch.fetch(f"{trap.base}/file")
    await fetch.close()
    assert trap.connects == 0


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://files.example", "/"),
        ("https://files.example:443/a", "/a"),
        ("HTTPS://Files.Example/A", "/A"),
        ("https://a.b.c.cdn.example/a.jpg?x=1&y=%D0%B0", "/a.jpg?x=1&y=%D0%B0"),
        ("https://files.example/file/bot1:A-b_c/photos/file_1.jpg", "/file/bot1:A-b_c/photos/file_1.jpg"),
    ],
)
def test_ordinary_addresses_are_read(url: str, target: str) -> None:
    read = read_url(url, HOSTS.names)
    assert read is not None
    assert (read.target, read.port, read.secure) == (target, 443, True)


def test_an_address_has_an_end() -> None:
    start = "https://files.example/"
    assert read_url(start + "a" * (2_048 - len(start)), HOSTS.names)
    assert read_url(start + "a" * (2_049 - len(start)), HOSTS.names) is None


def test_every_channel_has_its_hosts_and_the_site_chat_fetches_nothing() -> None:
    assert set(MEDIA_HOSTS) == set(LIMITS) - {"webchat"}
    assert media_hosts_of("webchat").names == media_hosts_of("nobody").names == ()
    for hosts in MEDIA_HOSTS.values():
        assert set(hosts.trusted) <= set(hosts.names)
        assert not [name for name in hosts.trusted if name.startswith(".")]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PICTURE, "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n....", "image/png"),
        (b"RIFF....WEBPVP8 ", "image/webp"),
        (b"RIFF....WAVEfmt ", "audio/wav"),
        (b"RIFF....AVI LIST", None),
        (b"GIF89a....", "image/gif"),
        (b"OggS....", "audio/ogg"),
        (b"....ftypisom....", "video/mp4"),
        (b"....ftypM4A ....", "audio/mp4"),
        (b"....ftypheic....", "image/heic"),
        (b"....ftyp", None),
        (b"%PDF-1.7", "application/pdf"),
        (b"ID3\x04", "audio/mpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'>", None),
        (b"<!doctype html>", None),
        (b"MZ\x90", None),
        (b"PK\x03\x04", None),
        (b"#!/bin/sh", None),
        (b"", None),
    ],
)
def test_a_file_is_what_its_first_bytes_say(content: bytes, expected: str | None) -> None:
    assert file_type(content) == expected

"""Size, depth, callers and rates, before any parser."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from channels.guards import BadJson, Rate, Seats, SizeGuard, TokenBuckets, client_ip, networks, read_json


async def _length(request: Request) -> Response:
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return PlainTextResponse(str(len(await request.form())))
    return PlainTextResponse(str(len(await request.body())))


@pytest.fixture
def client() -> TestClient:
    routes = [Route("/in", _length, methods=["POST"]), Route("/photo", _length, methods=["POST"])]
    return TestClient(SizeGuard(Starlette(routes=routes), 1_000, {"/photo": 5_000}))


@pytest.mark.parametrize(
    "kind", ["application/json", "application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"]
)
def test_over_the_limit_is_413_for_every_content_type(client: TestClient, kind: str) -> None:
    answer = client.post("/in", content=b"a=1&" * 300, headers={"content-type": kind})
    assert answer.status_code == 413
    assert answer.json() == {"error": "too_large", "most_bytes": 1_000}


def test_a_body_that_hides_its_length_is_counted(client: TestClient) -> None:
    assert client.post("/in", content=iter([b"x" * 400] * 3)).status_code == 413
    assert client.post("/in", content=iter([b"x" * 400] * 2)).text == "800"


def test_exactly_the_limit_passes_and_paths_may_have_more(client: TestClient) -> None:
    assert client.post("/in", content=b"x" * 1_000).text == "1000"
    assert client.post("/photo", content=b"x" * 5_000).text == "5000"
    assert client.post("/photo", content=b"x" * 5_001).status_code == 413


@pytest.mark.parametrize("length", ["-1", "1e3", "9" * 400, "²"])
def test_a_strange_content_length_is_refused(client: TestClient, length: str) -> None:
    headers = {b"content-length": length.encode("latin-1", "replace")}
    assert client.post("/in", content=b"x", headers=headers).status_code == 413


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "{",
        b"\xff\xfe{\x00}\x00",
        "[" * 33 + "]" * 33,
        '{"a":' * 33 + "1" + "}" * 33,
        "[" * 100_000,
        "1" * 20,
        "-" + "1" * 4_400,
        "NaN",
        "Infinity",
        '"' + '\\"' * 400_000,
        '{"a":1}{',
    ],
)
def test_bad_json_is_one_error(raw: str | bytes) -> None:
    with pytest.raises(BadJson):
        read_json(raw)


@pytest.mark.parametrize(
    "raw", ["[" * 32 + "]" * 32, json.dumps(["[" * 500, '\\"[[[' * 50]), '"\\ud800"', "9" * 19, "[" + "[]," * 99 + "1]"]
)
def test_good_json_is_parsed(raw: str) -> None:
    assert read_json(raw) == json.loads(raw)


_TREES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | st.text(),
    lambda kids: st.lists(kids) | st.dictionaries(st.text(), kids),
)


@given(_TREES, st.booleans())
def test_reads_what_json_writes(tree: Any, escaped: bool) -> None:
    assert read_json(json.dumps(tree, ensure_ascii=escaped)) == tree


@given(st.text('[]{}"\\,:1a ', max_size=120))
def test_never_anything_but_bad_json(raw: str) -> None:
    try:
        parsed = read_json(raw)
    except BadJson:
        return
    assert parsed == json.loads(raw)


def _scope(peer: str, *forwarded: str) -> dict[str, Any]:
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    return {"type": "http", "client": (peer, 5), "headers": headers}


@pytest.mark.parametrize(
    ("peer", "forwarded", "known_as"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("1.2.3.4",), "203.0.113.9"),
        ("10.0.0.1", ("1.2.3.4",), "1.2.3.4"),
        ("10.0.0.1", ("6.6.6.6, 1.2.3.4",), "1.2.3.4"),
        ("10.0.0.1", ("6.6.6.6", "1.2.3.4, 10.0.0.7"), "1.2.3.4"),
        ("10.0.0.1", ("nonsense",), "10.0.0.1"),
        ("10.0.0.1", ("1.2.3.4, ",), "10.0.0.1"),
        ("10.0.0.1", ("10.0.0.2, 10.0.0.3",), "10.0.0.2"),
        ("2001:db8:1:2:3::4", (), "2001:db8:1:2::/64"),
        ("::ffff:1.2.3.4", (), "1.2.3.4"),
        ("testclient", ("1.2.3.4",), "unknown"),
    ],
)
def test_a_caller_cannot_choose_its_address(peer: str, forwarded: tuple[str, ...], known_as: str) -> None:
    assert client_ip(_scope(peer, *forwarded), networks(["10.0.0.0/8"])) == known_as


def test_buckets_refill_and_say_how_long() -> None:
    now = [0.0]
    buckets = TokenBuckets(Rate(burst=2, per_second=0.5), lambda: now[0])
    assert [buckets.take("a"), buckets.take("a"), buckets.take("a")] == [0.0, 0.0, 2.0]
    assert buckets.take("b") == 0.0
    now[0] = 2.0
    assert [buckets.take("a"), buckets.take("a")] == [0.0, 2.0]


def test_a_refused_caller_is_not_punished_further() -> None:
    now = [0.0]
    buckets = TokenBuckets(Rate(burst=1, per_second=1), lambda: now[0])
    buckets.take("a")
    for _ in range(50):
        assert buckets.take("a") == pytest.approx(1.0)


def test_memory_of_buckets_is_bounded() -> None:
    buckets = TokenBuckets(Rate(burst=2, per_second=1), lambda: 0.0, most_keys=100)
    for number in range(10_000):
        buckets.take(str(number))
    assert len(buckets) == 100


def test_seats_are_given_back() -> None:
    seats = Seats(1)
    with seats.seat("a") as first, seats.seat("a") as second, seats.seat("b") as other:
        assert (first, second, other) == (True, False, True)
    with seats.seat("a") as again:
        assert again

"""Every route against every role: a new route must be written here, with who may pass, or this fails."""

from __future__ import annotations

import asyncio
import re

import pytest
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from console.app import DOORS
from console.guard import UnguardedRoute, policies_of
from console.policy import ANYBODY, Door
from handoff.roles import Role
from tests.console.salon import ORIGIN, Browser, Salon

ROWS = (None, Role.OWNER, Role.ADMIN, Role.MANAGER, Role.MASTER)
# Who passes: anonymous, owner, admin, manager, master.
TABLE = """
GET  /login                                      + + + + +
POST /api/login                                  + + + + +
POST /api/logout                                 . + + + +
GET  /welcome/{token}                            + + + + +
POST /api/welcome/{token}                        + + + + +
GET  /                                           . + + + +
GET  /today                                      . + + + +
GET  /account                                    . + + + +
GET  /api/session                                . + + + +
POST /api/account/sessions/{session_id}/end      . + + + +
POST /api/account/password                       . + + + +
GET  /people                                     . + + . .
POST /api/people/invites                         . + + . .
POST /api/people/invites/{invite_id}/cancel      . + + . .
POST /api/people/{user_id}/password              . + + . .
POST /api/people/{user_id}/disable               . + + . .
POST /api/people/{user_id}/enable                . + + . .
POST /api/account/second                         . + + + +
POST /api/account/second/confirm                 . + + + +
POST /api/account/second/end                     . + + + +
POST /api/people/{user_id}/second/end            . + + . .
POST /api/account/messenger                      . + + + .
POST /api/account/messenger/end                  . + + + .
POST /api/people/{user_id}/messenger             . + + . .
POST /api/people/{user_id}/messenger/end         . + + . .
GET  /audit.csv                                  . + . . .
GET  /channels                                   . + + . .
POST /api/channels/{channel}/connect             . + + . .
POST /api/channels/{channel}/{account}/check     . + + . .
POST /api/channels/{channel}/{account}/on        . + + . .
POST /api/channels/{channel}/{account}/off       . + + . .
POST /api/channels/{channel}/{account}/forget    . + + . .
GET  /inbox                                      . + + + .
GET  /inbox/{public_id}                          . + + + .
GET  /api/inbox                                  . + + + .
GET  /api/conversations/{public_id}              . + + + .
GET  /api/conversations/{public_id}/messages     . + + + .
POST /api/conversations/{public_id}/claim        . + + + .
POST /api/conversations/{public_id}/reply        . + + + .
POST /api/conversations/{public_id}/return       . + + + .
GET  /api/conversations/{public_id}/page         . + + + .
GET  /api/conversations/{public_id}/help         . + + + .
POST /api/conversations/{public_id}/note         . + + + .
POST /api/conversations/{public_id}/tag          . + + + .
POST /api/conversations/{public_id}/kept         . + + + .
POST /api/conversations/{public_id}/snooze       . + + + .
POST /api/conversations/{public_id}/assign       . + + + .
POST /api/conversations/{public_id}/phone        . + + + .
POST /api/conversations/{public_id}/part         . + + + .
GET  /api/colleagues                             . + + + .
GET  /api/search                                 . + + + .
GET  /api/unanswered                             . + + + .
GET  /media/{public_id}/{seq}                    . + + + .
GET  /bookings                                   . + + + .
POST /api/visits/{visit_id}/arrived              . + + + .
POST /api/visits/{visit_id}/no-show              . + + + .
POST /api/visits/{visit_id}/cancel               . + + + .
POST /api/visits/{visit_id}/place                . + + + .
GET  /news                                       . + + + .
GET  /api/news/count                             . + + + .
POST /api/news/seen                              . + + + .
GET  /feedback                                   . + + . .
GET  /feedback.csv                               . + . . .
GET  /answers                                    . + + . .
GET  /answers/missed                             . + + . .
GET  /answers/new                                . + + . .
GET  /answers/{key}                              . + + . .
GET  /answers/{key}/history                      . + + . .
POST /api/answer-draft                           . + + . .
POST /api/answer-trial                           . + + . .
POST /api/answer-clashes                         . + + . .
POST /api/answers                                . + + . .
POST /api/answers/{key}                          . + + . .
POST /api/answers/{key}/return/{revision}        . + + . .
POST /api/answers/{key}/switch                   . + + . .
GET  /settings                                   . + + . .
POST /api/settings/{name}                        . + + . .
WS   /ws                                         . + + + .
FILE /static                                     + + + + +
"""
MATRIX = {
    (method, path): dict(zip(ROWS, marks, strict=True))
    for method, path, *marks in (line.split() for line in TABLE.strip().splitlines())
}
FOREIGN_IDS = {"token": "0" * 64, "public_id": "no-such-conversation", "user_id": "4711"}


def address(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: FOREIGN_IDS.get(found.group(1), "4711"), f"/console{path}")


def test_the_table_names_every_route() -> None:
    served = {(door.method, door.path) for door in DOORS} | {("FILE", "/static")}
    assert served == set(MATRIX)
    assert len(policies_of(Salon().console.app.routes)) == len(MATRIX)


@pytest.mark.parametrize("row", ROWS, ids=lambda role: role or "anonymous")
def test_nobody_passes_who_should_not_and_everybody_who_should(row: Role | None) -> None:
    wrong: list[str] = []
    salon = Salon()
    if row:
        asyncio.run(salon.hire(row))
    with TestClient(salon.app(), base_url=ORIGIN, follow_redirects=False) as client:
        for (method, path), marks in MATRIX.items():
            browser = fresh_browser(salon, client, row)
            passed = knock(browser, method, path)
            if passed is not (marks[row] == "+"):
                wrong.append(f"{method} {path} let {row or 'anonymous'} {'in' if passed else 'out'}")
    assert wrong == []


def fresh_browser(salon: Salon, client: TestClient, row: Role | None) -> Browser:
    """A browser that is logged in again: some calls end the session they come in."""
    client.cookies.clear()
    browser = Browser(client)
    browser.open("/login")
    if row:
        assert browser.log_in(row.value) == 200
    return browser


def knock(browser: Browser, method: str, path: str) -> bool:
    """Whether a door lets this browser in."""
    if method == "WS":
        try:
            with browser.client.websocket_connect("ws://salon.test/console/ws", headers={"origin": ORIGIN}):
                return True
        except WebSocketDisconnect:
            return False
    if method == "FILE":
        version = re.search(r"/static/(\w+)/css", browser.client.get("/console/login", follow_redirects=True).text)
        assert version
        return browser.client.get(f"/console/static/{version.group(1)}/css/base.css").status_code == 200
    body: dict[str, str] | None = {} if method == "POST" else None
    response = browser.client.request(method, address(path), json=body, headers=browser.headers())
    assert response.status_code < 500
    if response.status_code == 303:
        return "/login" not in response.headers["location"]
    return response.status_code not in (401, 403)


def test_a_route_without_a_policy_stops_the_start() -> None:
    async def bare(_: object) -> Response:
        return Response("secret")

    app = Salon().console.app
    routes: list[BaseRoute] = [*app.routes, Route("/bare", bare)]
    with pytest.raises(UnguardedRoute, match="/bare"):
        policies_of(routes)


def test_a_route_that_a_part_of_the_product_adds_is_judged_too() -> None:
    async def broken() -> Response:
        return Response("ok")

    salon = Salon(doors=(*DOORS, Door(method="GET", path="/extra", policy=ANYBODY, handler=broken)))
    assert len(policies_of(salon.console.app.routes)) == len(MATRIX) + 1


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"])
def test_other_methods_do_nothing(browser: Browser, method: str) -> None:
    for _, path in MATRIX:
        response = browser.client.request(method, address(path), follow_redirects=False)
        assert response.status_code in (401, 403, 404, 405), (method, path)

"""sms.ru: its calls and its codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import httpx

from channels.guards import BadJson, read_json
from channels.port import Trouble
from channels.sms.gateway import Carried
from channels.sms.statuses import STATUSES
from dialog.outbox import Failure, SendStatus, Settled

BASE_URL = "https://sms.ru"
TIMEOUT = 20.0
_ACCEPTED = frozenset({100, 101, 102, 103})
_AN_HOUR, _A_MINUTE = 3600.0, 60.0

_BROKE = (Settled.DEFERRED, Failure.BAD_CREDENTIALS, 600.0)
_CODES: Mapping[int, tuple[Settled, Failure, float | None]] = {
    **dict.fromkeys((200, 201, 300, 301, 302), _BROKE),
    **dict.fromkeys((150, 202, 207), (Settled.GONE, Failure.RECIPIENT_GONE, None)),
    **dict.fromkeys((203, 204), (Settled.REJECTED, Failure.BAD_MESSAGE, None)),
    **dict.fromkeys((220, 500), (Settled.DEFERRED, Failure.TRANSIENT, _A_MINUTE)),
    230: (Settled.DEFERRED, Failure.THROTTLED, _AN_HOUR),
    # The same text to the same number, again: whoever wanted that did not mean it.
    **dict.fromkeys((231, 232), (Settled.REJECTED, Failure.THROTTLED, None)),
}


class SmsRu:
    """See channels.sms.gateway.Gateway."""

    def __init__(self, api_id: str, *, base_url: str = "", sender: str = "", proxy: str = "") -> None:
        self._api_id = api_id
        self._sender = sender
        self._client = httpx.AsyncClient(
            base_url=base_url or BASE_URL, timeout=TIMEOUT, proxy=proxy or None, trust_env=False
        )

    async def send(self, number: str, text: str) -> Carried:
        """See Gateway. After a connection was made nobody knows: a second SMS would be paid for and read."""
        form = {"to": number, "msg": text} | ({"from": self._sender} if self._sender else {})
        try:
            answer = await self._ask("/sms/send", form)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.ProxyError) as error:
            return Carried(
                outcome=Settled.DEFERRED, failure=Failure.TRANSIENT, error=type(error).__name__, pause=_A_MINUTE
            )
        except (httpx.HTTPError, BadJson, ValueError) as error:
            return Carried(outcome=Settled.UNKNOWN, failure=Failure.UNKNOWN_OUTCOME, error=type(error).__name__)
        return _carried(answer, number)

    async def statuses(self, ids: Sequence[str]) -> Mapping[str, SendStatus]:
        """See Gateway."""
        try:
            answer = await self._ask("/sms/status", {"sms_id": ",".join(ids)})
        except (httpx.HTTPError, BadJson, ValueError) as error:
            raise OSError(type(error).__name__) from None
        found = answer.get("sms")
        told = found.items() if isinstance(found, dict) else ()
        return {str(name): STATUSES[code] for name, one in told if (code := _code(one)) in STATUSES}

    async def balance(self) -> str:
        """See Gateway."""
        try:
            answer = await self._ask("/my/balance", {})
        except (httpx.HTTPError, BadJson, ValueError):
            raise Trouble("unreachable") from None
        if _code(answer) != 100:
            raise Trouble("token_refused")
        return str(answer.get("balance", ""))

    async def close(self) -> None:
        """See Gateway."""
        await self._client.aclose()

    async def _ask(self, path: str, form: Mapping[str, str]) -> Mapping[str, object]:
        response = await self._client.post(path, data={"api_id": self._api_id, "json": "1", **form})
        response.raise_for_status()
        answer = read_json(response.content)
        if not isinstance(answer, dict):
            raise ValueError("no object")
        return answer


def _carried(answer: Mapping[str, object], number: str) -> Carried:
    """The number's own code decides; the outer one only when there is no inner one."""
    told = answer.get("sms")
    inner = told.get(number) if isinstance(told, dict) else None
    one: Mapping[str, object] = inner if isinstance(inner, dict) else answer
    code = _code(one)
    if code in _ACCEPTED and one is not answer:
        return Carried(outcome=Settled.ACCEPTED, sms_id=str(one.get("sms_id", "")), cost=_cost(one.get("cost")))
    if code in _CODES:
        outcome, failure, pause = _CODES[code]
        return Carried(outcome=outcome, failure=failure, error=f"code {code}", pause=pause)
    return Carried(outcome=Settled.UNKNOWN, failure=Failure.UNKNOWN_OUTCOME, error=f"code {code}")


def _code(one: object) -> int:
    code = one.get("status_code") if isinstance(one, dict) else None
    return code if isinstance(code, int) else -1


def _cost(value: object) -> int:
    try:
        return round(float(str(value)) * 100) if value is not None else 0
    except (ValueError, OverflowError):
        return 0

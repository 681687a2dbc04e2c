"""Codes by time (RFC 6238) as every authenticator app makes them, and codes on paper for when the phone is lost."""

from __future__ import annotations

import base64
import hmac
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from console.visit import token_hash
from dialog.clock import Dice
from handoff.accounts import User
from handoff.roles import LEADERS, Role
from handoff.second_factor import SecondFactors
from storage.seal import KeySeal

STEP_SECONDS = 30
DIGITS = 6
_SECRET_BYTES = 20
_CODES = 10
_CODE_SIGNS = 16
_BY_TIME = re.compile(r"[0-9]{6}", re.ASCII)
_ON_PAPER = re.compile(r"[0-9a-f]{16}", re.ASCII)
_WANTED = {"owners": frozenset({Role.OWNER}), "leaders": LEADERS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """A secret that waits for its first code: for the camera (``path`` of an SVG, ``size`` modules wide), by hand."""

    secret: str
    path: str
    size: int


class SecondFactor:
    """``wish``: ``off`` (nobody is asked) ``| wish`` (whoever has one) ``| owners | leaders`` (they must have one)."""

    def __init__(self, factors: SecondFactors, *, secret: bytes, wish: str, issuer: str, dice: Dice) -> None:
        self.factors = factors
        self._seal = KeySeal([secret])
        self._wish = wish
        self._issuer = issuer
        self._dice = dice

    async def asked(self, user: User) -> bool:
        """Whether this person comes in with a second factor only."""
        if self._wish == "off":
            return False
        factor = await self.factors.of(user.id)
        return factor is not None and factor.since is not None

    def must_have(self, user: User) -> bool:
        """Whether the salon wants this person to have one."""
        return user.role in _WANTED.get(self._wish, frozenset())

    async def begin(self, user: User) -> Beginning | None:
        """A new secret for the person's app; None when one is in force already."""
        secret = bytes.fromhex(self._dice.seed() + self._dice.seed())[:_SECRET_BYTES]
        if not await self.factors.begin(user.id, self._seal.close(secret.hex())):
            return None
        shown = base64.b32encode(secret).decode("ascii")
        label = quote(f"{self._issuer}:{user.login}")
        query = urlencode({"secret": shown, "issuer": self._issuer}, quote_via=quote)
        import segno  # drawn once in a person's life: not a part of every start

        code = segno.make(f"otpauth://totp/{label}?{query}", error="m", micro=False)
        rows = code.matrix_iter(border=4)
        path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, module in enumerate(row) if module)
        return Beginning(secret=shown, path=path, size=int(code.symbol_size(border=4)[0]))

    async def confirm(self, user: User, given: str, now: datetime) -> list[str] | None:
        """The first code of the app: from now on it is asked for. The codes on paper, shown once; None: it is wrong."""
        factor = await self.factors.of(user.id)
        step = self._step(factor.sealed, _plain(given), now) if factor and factor.since is None else None
        if factor is None or step is None:
            return None
        codes = [self._dice.seed()[-_CODE_SIGNS:] for _ in range(_CODES)]
        if not await self.factors.confirm(user.id, factor.sealed, step, [token_hash(code) for code in codes], now):
            return None
        return ["-".join(code[place : place + 4] for place in range(0, _CODE_SIGNS, 4)) for code in codes]

    async def proved(self, user: User, given: str, now: datetime) -> bool:
        """Whether ``given`` is a code of the app that was not used yet, or one on paper; it is spent."""
        code = _plain(given)
        if _ON_PAPER.fullmatch(code):
            return await self.factors.use_code(user.id, token_hash(code))
        factor = await self.factors.of(user.id)
        step = self._step(factor.sealed, code, now) if factor and factor.since else None
        return step is not None and await self.factors.use_step(user.id, step)

    def _step(self, sealed: str, code: str, now: datetime) -> int | None:
        """Which step's code it is: this one's, or a neighbour's, as phones' clocks differ."""
        if not _BY_TIME.fullmatch(code):
            return None
        try:
            secret = bytes.fromhex(self._seal.open(sealed))
        except ValueError:  # sealed by another installation's key: codes on paper still work
            return None
        totp = TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)
        present = int(now.timestamp()) // STEP_SECONDS
        steps = (present, present - 1, present + 1)
        fits = [step for step in steps if hmac.compare_digest(totp.generate(step * STEP_SECONDS), code.encode())]
        return fits[0] if fits else None


def _plain(given: str) -> str:
    return re.sub(r"[\s-]", "", given).lower()

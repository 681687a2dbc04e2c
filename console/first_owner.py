"""The owner's way in at the very first start."""

from __future__ import annotations

from console.settings import ConsoleSettings
from console.visit import token_hash
from dialog.clock import Clock, Dice
from handoff.accounts import Accounts
from handoff.roles import Role


async def first_owner_path(accounts: Accounts, settings: ConsoleSettings, clock: Clock, dice: Dice) -> str | None:
    """The path (below the console) of a fresh one-time link, or None when there is an owner already.

    Older links that nobody used become worthless: only the last printed one works.
    """
    if any(user.role is Role.OWNER for user in await accounts.users()):
        return None
    now = clock.now()
    for old in await accounts.invites(now):
        if old.role is Role.OWNER:
            await accounts.cancel_invite(old.id, now)
    token = dice.seed() + dice.seed()
    await accounts.add_invite(token_hash(token), Role.OWNER, "", None, None, now + settings.invite_life, now)
    return f"/welcome/{token}"

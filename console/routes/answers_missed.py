"""Questions that nobody has an answer to yet, those that mean the same together; one click makes an answer of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from console.masks import mask_text
from console.parts import Came, With
from console.policy import ANSWERS, Door
from console.refusals import not_found
from console.routes.answer_pages import HIT_DAYS, studio_of
from dialog.missed import Missed

_MOST_ASKED = 10
_LONGEST_TITLE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Questions that mean the same. ``asked``: different wordings, the newest first, masked; ``answered``: how many of
    ``count`` the bot would answer now; ``reply``: what a person said to one of them; ``draft``: for the editor."""

    asked: Sequence[str]
    count: int
    answered: int
    first: str
    last: str
    chat: str
    reply: str
    draft: Mapping[str, str]

    @property
    def waiting(self) -> int:
        """How many still have no answer."""
        return self.count - self.answered


async def missed_page(request: Request, parts: With, visit: Came) -> Response:
    """The last weeks' questions by meaning: what is asked most first, what the bot knows by now last."""
    if parts.trial is None:
        raise not_found()
    missed = await studio_of(parts).missed(visit.now - timedelta(days=HIT_DAYS))
    texts = [one.text for one in missed]
    known = await parts.trial.known(texts)
    together = await parts.trial.alike(texts)
    groups = [_group([missed[at] for at in group], sum(known[at] for at in group)) for group in together]
    waiting = sorted((group for group in groups if group.waiting), key=lambda group: -group.waiting)
    done = [group for group in groups if not group.waiting]
    return parts.pages.show(request, visit, "answers_missed.html", waiting=waiting, done=done, days=HIT_DAYS)


def _group(missed: Sequence[Missed], answered: int) -> Group:
    """``missed`` newest first."""
    asked = list(dict.fromkeys(mask_text(one.text) for one in missed))[:_MOST_ASKED]
    reply = mask_text(next((one.reply for one in missed if one.reply), ""))
    return Group(
        asked=asked,
        count=len(missed),
        answered=answered,
        first=missed[-1].at.isoformat(),
        last=missed[0].at.isoformat(),
        chat=missed[0].chat,
        reply=reply,
        draft=_draft(asked, reply),
    )


def _draft(asked: Sequence[str], reply: str) -> Mapping[str, str]:
    """An answer to begin with: these questions, and what a manager has said to one of them."""
    title = asked[0].strip(" ?!.,").capitalize()[:_LONGEST_TITLE]
    return {"title": title, "wordings": "\n".join(" ".join(text.split())[:200] for text in asked), "text": reply}


DOORS = (Door(method="GET", path="/answers/missed", policy=ANSWERS, handler=missed_page),)

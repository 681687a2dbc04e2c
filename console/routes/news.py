"""What happened while nobody looked: leads, upset clients, missed questions, what could not be processed."""

from __future__ import annotations

from dataclasses import replace

from starlette.requests import Request
from starlette.responses import Response

from console.answers import answer
from console.book_words import NEWS, news_in_words
from console.forms import SeenForm
from console.parts import Came, Parts, With
from console.policy import INBOX, Door
from console.visit import Visit
from console.wire import MASKED, news_json
from handoff.desk import NewsItem

_MOST = 100


async def news_page(request: Request, parts: With, visit: Came) -> Response:
    """The page; what is above the last visit's mark stands out."""
    seen = await parts.accounts.news_seen(visit.user.id)
    reach = parts.reach_of(visit)
    # A phone in a client's line is masked for leaders, too: it is read in the conversation, not in passing.
    lines = [news_json(_in_words(parts, visit, line), MASKED, reach) for line in await _news(parts, visit, 0)]
    return parts.pages.show(request, visit, "news.html", state={"seen": seen, "news": lines})


async def see_news(parts: With, visit: Came, form: SeenForm) -> Response:
    """Move one's own mark up to a line that was shown."""
    newest = max((line.id for line in await parts.desk.news(0, 1)), default=0)
    await parts.accounts.see_news(visit.user.id, min(form.news_id, newest))
    return answer({})


async def news_count(parts: With, visit: Came) -> Response:
    """How many lines are new, for the badge."""
    seen = await parts.accounts.news_seen(visit.user.id)
    return answer({"count": len(await _news(parts, visit, seen))})


def _in_words(parts: Parts, visit: Visit, line: NewsItem) -> NewsItem:
    """A line about a visit says it in words: the store keeps keys and moments."""
    if line.kind not in NEWS or parts.book is None:
        return line
    return replace(line, body=news_in_words(parts.book.salon(), line.body, visit.language))


async def _news(parts: Parts, visit: Visit, after: int) -> list[NewsItem]:
    """What is in sight for whoever came, newest first."""
    reach = parts.reach_of(visit)
    return [line for line in await parts.desk.news(after, _MOST) if reach.is_recent(line.created_at)]


DOORS = (
    Door(method="GET", path="/news", policy=INBOX, handler=news_page),
    Door(method="GET", path="/api/news/count", policy=INBOX, handler=news_count),
    Door(method="POST", path="/api/news/seen", policy=INBOX, handler=see_news),
)

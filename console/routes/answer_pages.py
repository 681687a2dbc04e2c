"""The salon's answers to look at: the table, the editor of one, its history."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from booking.answer import Answer
from booking.salon import Salon
from booking.word_diff import answer_changes
from console.answer_words import change_in_words, live_data, topic_in_words
from console.language import translate
from console.parts import Came, Parts, With
from console.policy import ANSWERS, Door
from console.refusals import N_, not_found
from console.studio import InForce, Studio

HIT_DAYS = 30
_BRINGERS = {"zabota": N_("came with the product"), "command line": N_("from the salon's files")}


def studio_of(parts: Parts) -> Studio:
    """The studio, where the console has one."""
    if parts.studio is None:
        raise not_found()
    return parts.studio


async def answers_page(request: Request, parts: With, visit: Came) -> Response:
    """All answers by topic, with how often each was given lately."""
    studio = studio_of(parts)
    now = await studio.in_force()
    hits = await studio.hits(visit.now - timedelta(days=HIT_DAYS))
    topics: dict[str, list[Mapping[str, object]]] = {}
    for answer in now.salon.answers:
        topics.setdefault(answer.group, []).append(_row(answer, now.revisions[answer.key], hits, visit.language))
    return parts.pages.show(
        request,
        visit,
        "answers.html",
        topics=[(topic_in_words(topic, visit.language), rows) for topic, rows in topics.items()],
        count=len(now.salon.answers),
        days=HIT_DAYS,
    )


def _row(answer: Answer, revision: int, hits: Mapping[str, int], language: str) -> Mapping[str, object]:
    title = answer.title.said_in(language)
    return {
        "key": answer.key,
        "revision": revision,
        "title": title,
        "wordings": answer.wordings,
        "enabled": answer.enabled,
        "hits": hits.get(answer.key, 0),
        "search": " ".join((title, *answer.wordings, answer.text.ru)).lower(),
    }


async def new_answer_page(request: Request, parts: With, visit: Came) -> Response:
    """The editor with nothing in it."""
    return _editor(request, parts, visit, await studio_of(parts).in_force(), None)


async def answer_page(request: Request, parts: With, visit: Came, key: str) -> Response:
    """The editor of one answer."""
    now = await studio_of(parts).in_force()
    if key not in now.salon.answer_by_key:
        raise not_found()
    return _editor(request, parts, visit, now, now.salon.answer(key))


def _editor(request: Request, parts: Parts, visit: Came, now: InForce, answer: Answer | None) -> Response:
    language = visit.language
    key = answer.key if answer else ""
    state = {
        "answer": {"key": key, "base": now.revisions.get(key, 0)},
        "facts": live_data(now.salon, language, visit.now),
        "choices": fields_of(answer)["choices"] if answer else [],
        "targets": _targets(now, language, key),
    }
    return parts.pages.show(
        request,
        visit,
        "answer.html",
        state=state,
        answer=answer,
        fields=fields_of(answer) if answer else None,
        topic=topic_in_words(answer.group, language) if answer else "",
        topics=[topic_in_words(each, language) for each in dict.fromkeys([a.group for a in now.salon.answers])],
        branches=now.salon.branches if len(now.salon.branches) > 1 else (),
    )


def fields_of(answer: Answer) -> dict[str, object]:
    """An answer as the editor's fields hold it."""
    return {
        "title": {"ru": answer.title.ru, "en": answer.title.en or ""},
        "wordings": "\n".join(answer.wordings),
        "text": {"ru": answer.text.ru, "en": answer.text.en or ""},
        "by_branch": {key: {"ru": words.ru, "en": words.en or ""} for key, words in answer.by_branch.items()},
        "choices": [
            {"label": {"ru": one.label.ru, "en": one.label.en or ""}, "kind": one.kind.value, "target": one.target}
            for one in answer.choices
        ],
        "enabled": answer.enabled,
    }


def _targets(now: InForce, language: str, own: str) -> list[Mapping[str, object]]:
    """Where a button may lead, in groups."""
    commands = [("menu", translate(language, N_("To the menu"))), ("human", translate(language, N_("Call a person")))]
    answers = [(each.key, each.title.said_in(language)) for each in now.salon.answers if each.key != own]
    flows = [(key, title.said_in(language)) for key, title in now.flows]
    return [
        {"kind": "flow", "title": translate(language, N_("Start a scenario")), "among": flows},
        {"kind": "command", "title": translate(language, N_("Do")), "among": commands},
        {"kind": "answer", "title": translate(language, N_("Show another answer")), "among": answers},
    ]


async def history_page(request: Request, parts: With, visit: Came, key: str) -> Response:
    """Every version of an answer, each with what it has changed."""
    studio = studio_of(parts)
    versions = await studio.history(key)
    if not versions:
        raise not_found()
    now = await studio.in_force()
    names = {user.login: user.name for user in await parts.accounts.users()}
    older = [version.body for version in versions[1:]] + [{}]
    shown = [
        {
            "revision": version.revision,
            "author": _author(version.author, names, visit.language),
            "note": version.note,
            "at": version.at.isoformat(),
            "changes": _changes(before, version.body, now.salon, visit.language),
        }
        for version, before in zip(versions, older, strict=True)
    ]
    answer = now.salon.answer_by_key.get(key)
    base = now.revisions.get(key, 0)
    title = answer.title.said_in(visit.language) if answer else key
    return parts.pages.show(
        request, visit, "answer_history.html", key=key, title=title, versions=shown, base=base, live=answer is not None
    )


def _changes(
    before: Mapping[str, object], after: Mapping[str, object], salon: Salon, language: str
) -> list[dict[str, object]]:
    return [change_in_words(change, salon, language) for change in answer_changes(before, after)]


def _author(login: str, names: Mapping[str, str], language: str) -> str:
    if login in _BRINGERS:
        return translate(language, _BRINGERS[login])
    return names.get(login, login)


DOORS = (
    Door(method="GET", path="/answers", policy=ANSWERS, handler=answers_page),
    Door(method="GET", path="/answers/new", policy=ANSWERS, handler=new_answer_page),
    Door(method="GET", path="/answers/{key}", policy=ANSWERS, handler=answer_page),
    Door(method="GET", path="/answers/{key}/history", policy=ANSWERS, handler=history_page),
)

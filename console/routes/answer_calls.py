"""What the studio's pages ask for: a look at a draft, publishing, going back, switching on and off."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from booking.answer import Answer
from booking.answer_draft import read_draft
from booking.fault import SalonDataError
from booking.latin_key import latin_key
from booking.word_diff import answer_changes
from booking.write_nouns import answer_body
from console.answer_forms import AnswerForm, DraftForm
from console.answer_preview import preview
from console.answer_words import change_in_words, faults_by_field, topic_in_words, topic_of
from console.answers import answer
from console.parts import Came, Parts, With
from console.policy import ANSWERS, Door
from console.refusals import N_, Refusal, not_found
from console.routes.answer_pages import fields_of, studio_of
from console.studio import InForce, Overtaken
from console.visit import Visit

NEW = "new"
"""The key that an answer is read by before it has one of its own."""
_PAGES = {NEW, "missed"}
"""Addresses of pages, which no answer may have."""


async def draft(parts: With, visit: Came, form: DraftForm) -> Response:
    """How the draft would read, and what is wrong with it; nothing is kept."""
    now = await studio_of(parts).in_force()
    fields: Mapping[str, str] = {}
    try:
        _read(now, form.key or NEW, form, visit.language)
    except SalonDataError as error:
        fields, _ = faults_by_field(error.faults, form.key or NEW, visit.language)
    return answer({"shown": preview(now.salon, form, visit.now), "fields": fields})


async def publish_new(parts: With, visit: Came, form: AnswerForm) -> Response:
    """Put a new answer in force; its key is made of the question."""
    now = await studio_of(parts).in_force()
    taken = {*now.revisions, *_PAGES}
    while await studio_of(parts).history(key := latin_key(form.title.ru, taken)):
        taken.add(key)  # out of use, and its history is its own
    return await _publish(parts, visit, now, key, form)


async def publish(parts: With, visit: Came, key: str, form: AnswerForm) -> Response:
    """Put a new version of an answer in force."""
    now = await studio_of(parts).in_force()
    if key not in now.revisions and not await studio_of(parts).history(key):
        raise not_found()
    return await _publish(parts, visit, now, key, form)


async def _publish(parts: Parts, visit: Visit, now: InForce, key: str, form: AnswerForm) -> Response:
    try:
        made = _read(now, key, form, visit.language)
        revision = await _put(parts, visit, key, _body(made), form.base, form.note)
    except SalonDataError as error:
        raise _refused(error, key, visit.language) from error
    except Overtaken:
        raise await _overtaken(parts, visit, key, form) from None
    return answer({"key": key, "revision": revision, "before": form.base})


def _read(now: InForce, key: str, form: AnswerForm, language: str) -> Answer:
    return read_draft(now.salon, key, form.body(), topic_of(form.topic, language))


def _body(made: Answer) -> dict[str, object]:
    return {**answer_body(made), "group": made.group}


async def _put(parts: Parts, visit: Visit, key: str, body: Mapping[str, object] | None, base: int, note: str) -> int:
    revision = await studio_of(parts).publish(key, body, base, visit.user.login, note, visit.now)
    await parts.accounts.note(visit.user.id, "answer published", f"{key} {revision}", visit.address, visit.now)
    return revision


def _refused(error: SalonDataError, key: str, language: str) -> Refusal:
    fields, elsewhere = faults_by_field(error.faults, key, language)
    if fields:
        return Refusal(422, "wrong", N_("Something is not right yet: look at the marked fields."), fields=fields)
    return Refusal(422, "wrong", N_("The salon cannot be left so: %(why)s"), values={"why": elsewhere})


async def _overtaken(parts: Parts, visit: Visit, key: str, form: AnswerForm) -> Refusal:
    """Somebody was first: what is in force now, beside what was to be published."""
    studio = studio_of(parts)
    now = await studio.in_force()
    versions = await studio.history(key)
    theirs = now.salon.answer_by_key.get(key)
    if theirs is None or not versions:
        return Refusal(
            409, "gone", N_("This answer has been taken out of use meanwhile. Publish it once more to keep it.")
        )
    names = {user.login: user.name for user in await parts.accounts.users()}
    mine = {**form.body(), "group": topic_of(form.topic, visit.language)}
    changes = [change_in_words(one, now.salon, visit.language) for one in answer_changes(_body(theirs), mine)]
    values = {
        "who": names.get(versions[0].author, versions[0].author),
        "at": versions[0].at.isoformat(),
        "revision": now.revisions[key],
        "theirs": {**fields_of(theirs), "topic": topic_in_words(theirs.group, visit.language)},
        "changes": changes,
    }
    return Refusal(409, "overtaken", N_("%(who)s has published this answer while you were writing."), values=values)


async def go_back(parts: With, visit: Came, key: str, revision: int, base: int) -> Response:
    """Put an old version in force again, as a new one; 0: as before the answer was made."""
    versions = {version.revision: version for version in await studio_of(parts).history(key)}
    if not versions or (revision and revision not in versions):
        raise not_found()
    body = versions[revision].body if revision else None
    return await _again(parts, visit, key, body, base, f"\N{LEFTWARDS ARROW} {revision}" if revision else "")


async def switch(parts: With, visit: Came, key: str, on: bool, base: int) -> Response:
    """Let the bot give this answer, or not."""
    versions = await studio_of(parts).history(key)
    found = next((version.body for version in versions if version.revision == base), None)
    if found is None:
        raise not_found()
    plain = {name: value for name, value in found.items() if name != "enabled"}
    return await _again(parts, visit, key, plain if on else {**plain, "enabled": False}, base, "")


async def _again(
    parts: Parts, visit: Visit, key: str, body: Mapping[str, object] | None, base: int, note: str
) -> Response:
    try:
        revision = await _put(parts, visit, key, body, base, note)
    except SalonDataError as error:
        raise Refusal(422, "wrong", N_("The salon cannot be left so: %(why)s"), values={"why": str(error)}) from error
    except Overtaken:
        raise Refusal(
            409, "overtaken", N_("Somebody has published this answer meanwhile. Reload the page to see it.")
        ) from None
    return answer({"key": key, "revision": revision, "before": base})


DOORS = (
    Door(method="POST", path="/api/answer-draft", policy=ANSWERS, handler=draft),
    Door(method="POST", path="/api/answers", policy=ANSWERS, handler=publish_new),
    Door(method="POST", path="/api/answers/{key}", policy=ANSWERS, handler=publish),
    Door(method="POST", path="/api/answers/{key}/return/{revision}", policy=ANSWERS, handler=go_back),
    Door(method="POST", path="/api/answers/{key}/switch", policy=ANSWERS, handler=switch),
)

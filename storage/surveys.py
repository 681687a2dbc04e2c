"""Surveys in the database: what is known of a visit before it is asked about, and what was said."""

from __future__ import annotations

from dialog.effects import AnswerSurvey, AskSurvey
from dialog.ids import ConversationId
from dialog.survey_row import SurveyRow
from storage.changes import Changes
from storage.database import Database
from storage.moments import moment
from storage.seat import Seat
from storage.sql import Script, Sql

_DUE = Sql(
    """SELECT v.id, v.status, v.ends_at, v.branch, coalesce(nullif(v.name, ''), p.name, ''),
    coalesce((SELECT t.service FROM visit_part t WHERE t.visit_id = v.id ORDER BY t.number LIMIT 1), ''),
    s.visit_id IS NOT NULL, s.answered_at IS NOT NULL, s.nps_asked_at IS NOT NULL,
    EXISTS (SELECT 1 FROM handoff h JOIN conversation c ON c.id = h.conversation_id
        WHERE c.person_id = v.person_id AND h.status IN ('open', 'claimed'))
    FROM visit v LEFT JOIN person p ON p.id = v.person_id LEFT JOIN survey s ON s.visit_id = v.id
    WHERE v.id = $1 AND v.ends_at IS NOT NULL"""
)
_LAST = Sql("SELECT visit_id FROM survey WHERE conversation_id = $1 ORDER BY asked_at DESC, visit_id DESC LIMIT 1")
_ASK = Sql(
    """INSERT INTO survey (visit_id, conversation_id, asked_at) VALUES ($1, $2, $3)
    ON CONFLICT (visit_id) DO NOTHING"""
)
_ASK_NPS = Sql("UPDATE survey SET nps_asked_at = $2, asked_at = $2 WHERE visit_id = $1")
_ANSWER = Sql(
    """UPDATE survey SET mark = coalesce($2, mark), nps = coalesce($3, nps), words = coalesce($4, words),
    answered_at = coalesce(answered_at, $5) WHERE visit_id =
    (SELECT visit_id FROM survey WHERE conversation_id = $1 ORDER BY asked_at DESC, visit_id DESC LIMIT 1)"""
)
_VISIT_OVER = Sql(
    """INSERT INTO timer (conversation_id, subject_kind, subject_id, kind, due_at, body)
    VALUES (NULL, 'visit', $1, 'visit_done', $2, $3) ON CONFLICT (subject_kind, subject_id, kind) DO NOTHING"""
)


class StoredSurveys:
    """See dialog.survey_row.Surveys."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def visit(self, visit: int) -> SurveyRow | None:
        """See Surveys."""
        return await self._database.read(lambda: _row(visit))

    async def last(self, conversation: ConversationId) -> SurveyRow | None:
        """See Surveys."""
        return await self._database.read(lambda: _last(conversation))


def _last(conversation: int) -> Script[SurveyRow | None]:
    rows = yield _LAST, (conversation,)
    return (yield from _row(rows[0][0])) if rows else None


def _row(visit_id: int) -> Script[SurveyRow | None]:
    rows = yield _DUE, (visit_id,)
    if not rows:
        return None
    visit, status, ends_at, branch, name, service, asked, answered, nps_asked, open_case = rows[0]
    return SurveyRow(
        visit=visit,
        done=status == "done",
        end=moment(ends_at),
        branch=branch,
        name=name,
        service=service,
        asked=bool(asked),
        answered=bool(answered),
        nps_asked=bool(nps_asked),
        open_case=bool(open_case),
    )


def keep_survey(seat: Seat, effect: AskSurvey | AnswerSurvey, now: int) -> Script[None]:
    """Write down that somebody was asked, or what he said."""
    if isinstance(effect, AnswerSurvey):
        yield _ANSWER, (seat.id, effect.mark, effect.nps, effect.words, now)
    elif effect.kind == "nps":
        yield _ASK_NPS, (effect.visit, now)
    else:
        yield _ASK, (effect.visit, seat.id, now)


def visit_over(changes: Changes, visit: int, now: int) -> Script[None]:
    """A visit is done: its client's conversation hears of it, once, whatever becomes of the visit afterwards."""
    yield _VISIT_OVER, (visit, now, f'{{"visit":"{visit}"}}')

"""What must be true of the book at any moment, as queries that must find nothing; ``$1`` is a moment lately passed."""

from __future__ import annotations

from storage.sql import Sql

BOOK_INVARIANTS: dict[str, Sql] = {
    "sold_twice": Sql(
        """SELECT a.visit_id FROM (SELECT p.visit_id, p.uid, p.busy_since, max(p.busy_until) OVER (PARTITION BY
        p.resource ORDER BY p.busy_since, p.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS busy_before
        FROM visit_part p WHERE p.status IN ('held', 'confirmed', 'arrived', 'done', 'absent')
        AND NOT (p.status = 'held' AND EXISTS (SELECT 1 FROM visit_part o WHERE o.uid = p.uid
        AND o.visit_id <> p.visit_id AND o.status IN ('confirmed', 'arrived', 'done')))) a
        WHERE a.busy_before > a.busy_since"""
    ),
    "move_sold_twice": Sql(
        """SELECT p.visit_id FROM visit_part p JOIN visit_part o ON o.resource = p.resource AND o.uid <> p.uid
        AND o.busy_until > p.busy_since AND o.busy_since < p.busy_until
        AND o.status IN ('held', 'confirmed', 'arrived', 'done', 'absent') WHERE p.status = 'held'"""
    ),
    "parts_overlap": Sql(
        """SELECT p.visit_id FROM visit_part p JOIN visit_part o ON o.visit_id = p.visit_id AND o.number > p.number
        AND o.resource = p.resource AND o.busy_since < p.busy_until AND o.busy_until > p.busy_since"""
    ),
    "part_status_wrong": Sql(
        """SELECT p.visit_id FROM visit_part p LEFT JOIN visit v ON v.id = p.visit_id
        WHERE v.id IS NULL OR v.status <> p.status OR v.uid <> p.uid"""
    ),
    "visit_without_parts": Sql(
        """SELECT v.id FROM visit v WHERE v.status IN ('held', 'confirmed', 'arrived', 'done', 'absent')
        AND NOT EXISTS (SELECT 1 FROM visit_part p WHERE p.visit_id = v.id)"""
    ),
    "visit_span_wrong": Sql(
        """SELECT v.id FROM visit v JOIN (SELECT visit_id, min(starts_at) AS first, max(ends_at) AS last FROM visit_part
        GROUP BY visit_id) p ON p.visit_id = v.id WHERE v.starts_at <> p.first OR v.ends_at <> p.last"""
    ),
    "moved_to_nowhere": Sql(
        """SELECT v.id FROM visit v WHERE v.status = 'moved' AND NOT EXISTS (SELECT 1 FROM visit n WHERE n.uid = v.uid
        AND n.status NOT IN ('held', 'expired', 'moved'))"""
    ),
    "two_places_for_one_visit": Sql(
        """SELECT min(id) FROM visit WHERE status NOT IN ('held', 'expired', 'moved') GROUP BY uid
        HAVING count(*) > 1"""
    ),
    "hold_outlived": Sql("SELECT id FROM visit WHERE status = 'held' AND held_until < $1"),
}

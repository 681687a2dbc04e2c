"""What an import would change, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from booking.messages import has, say
from booking.salon import Salon
from booking.salon_documents import DocumentKey, salon_to_documents
from booking.write_nouns import Body

_SHOWN = 120


def diff(old: Salon, new: Salon) -> list[str]:
    """A sentence for each difference, in the order of the new salon, removed things last; empty when equal."""
    before, after = salon_to_documents(old), salon_to_documents(new)
    told: list[str] = []
    for key, body in after.items():
        if key not in before:
            told.append(say("diff_added", what=_what(key, body)))
        elif before[key] != body:
            told.extend(_changes(_what(key, body), before[key], body))
    told.extend(say("diff_removed", what=_what(key, body)) for key, body in before.items() if key not in after)
    return told


def _what(key: DocumentKey, body: Body) -> str:
    kind, name = key
    title = body.get("name", body.get("title"))
    title = title.get("ru") if isinstance(title, dict) else title
    return say(f"kind_{kind}" if title is None else f"kind_{kind}_named", key=name, name=str(title))


def _changes(what: str, old: Body, new: Body) -> Iterator[str]:
    before, after = dict(_leaves(old)), dict(_leaves(new))
    for path in {**after, **before}:
        was, now = before.get(path), after.get(path)
        if was == now:
            continue
        field = _field(path)
        if isinstance(was, list) or isinstance(now, list):
            yield from _list_changes(what, field, _items(was), _items(now))
        elif was is None:
            yield say("diff_set", what=what, field=field, now=_shown(now))
        elif now is None:
            yield say("diff_unset", what=what, field=field, was=_shown(was))
        else:
            yield say("diff_changed", what=what, field=field, was=_shown(was), now=_shown(now))


def _list_changes(what: str, field: str, was: list[str], now: list[str]) -> Iterator[str]:
    added, removed = [each for each in now if each not in was], [each for each in was if each not in now]
    if added:
        yield say("diff_list_added", what=what, field=field, items=_shown("; ".join(added)))
    if removed:
        yield say("diff_list_removed", what=what, field=field, items=_shown("; ".join(removed)))
    if not added and not removed:
        yield say("diff_list_order", what=what, field=field)


def _leaves(body: Mapping[str, object], path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], object]]:
    for name, value in body.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, (*path, name))
        else:
            yield (*path, name), value


def _field(path: tuple[str, ...]) -> str:
    first = f"field_{path[0]}"
    label = say(first) if has(first) else path[0]
    return label if len(path) == 1 else f"{label} ({'.'.join(path[1:])})"


def _items(value: object) -> list[str]:
    if not isinstance(value, list):
        return []
    return [_item(each) for each in value]


def _item(value: object) -> str:
    if not isinstance(value, Mapping):
        return str(value)
    return ", ".join(f"{name} {_item(each)}" for name, each in value.items())


def _shown(value: object) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "\N{HORIZONTAL ELLIPSIS}"

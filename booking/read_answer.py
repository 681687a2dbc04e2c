"""Reads answers and refuses texts that could not be rendered."""

from __future__ import annotations

from types import MappingProxyType

from booking.answer import Answer, AnswerChoice, ChoiceKind
from booking.body import TEXT, Body, near
from booking.declared import Declared, long_key
from booking.fault import Faults, Place
from booking.words import Words
from dialog.template import Template, TemplateError

LABEL = 40
COMMANDS = ("menu", "human")


def read_answer(key: str, body: Body, group: str, declared: Declared, facts: frozenset[str]) -> Answer:
    body.missing("wordings")
    answer = Answer(
        key=key,
        title=body.words("title", high=60),
        wordings=body.texts("wordings", high=200),
        text=_template(body.words("text", high=TEXT), body.place.down("text"), body.faults, facts),
        by_branch=_by_branch(body, declared, facts),
        choices=tuple(_choice(place, item, body.faults, declared) for place, item in body.items("choices", most=8)),
        enabled=body.flag("enabled", default=True),
        group=group,
    )
    body.close()
    return answer


def _by_branch(body: Body, declared: Declared, facts: frozenset[str]) -> MappingProxyType[str, Words]:
    texts: dict[str, Words] = {}
    for branch, place, value in body.entries("by_branch"):
        if body.known_key(place, branch, declared.branches, "branch_unknown") is not None:
            texts[branch] = _template(body.words_at(place, value, TEXT), place, body.faults, facts)
    return MappingProxyType(texts)


def _choice(place: Place, item: object, faults: Faults, declared: Declared) -> AnswerChoice:
    body = Body(item, place, faults)
    label = body.words("label", high=LABEL)
    kinds = [kind for kind in ChoiceKind if body.raw(kind.value) is not None]
    if len(kinds) != 1:
        body.wrong("", "choice_target")
        body.close()
        return AnswerChoice(label=label, kind=ChoiceKind.COMMAND, target="menu")
    kind = kinds[0]
    if kind is ChoiceKind.ANSWER:
        target = body.reference("answer", declared.answers, "answer_unknown") or ""
    elif kind is ChoiceKind.COMMAND:
        target = body.choice("command", COMMANDS, "menu")
    else:
        target = body.text("flow")
        long_key(target, place.down("flow"), faults)
    body.close()
    return AnswerChoice(label=label, kind=kind, target=target)


def _template(words: Words, place: Place, faults: Faults, facts: frozenset[str]) -> Words:
    for language, text in words.languages():
        here = place if words.en is None else place.down(language)
        try:
            template = Template.compile(text, language)
        except TemplateError as error:
            faults.add(here, "template_plural", needle=text[error.position :].split("}")[0].split("\n")[0])
            continue
        for stray in template.strays:
            faults.add(here, "template_brace", needle=stray, got=stray)
        for name in sorted(template.variables - facts):
            hint = near(name, tuple(facts))
            faults.add(here, "fact_unknown", needle="{" + name, name=name, hint=hint)
    return words

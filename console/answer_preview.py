"""An answer as clients would read it now, also while it is not right yet."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from booking.facts import Facts
from booking.salon import Salon
from console.answer_forms import AnswerForm, SaidForm
from dialog.template import Template, TemplateError


def preview(salon: Salon, form: AnswerForm, now: datetime) -> list[Mapping[str, object]]:
    """A bubble for each text there is: its language, its branch (empty: everywhere), the words, labels of buttons."""
    facts = {language: Facts(salon, language) for language in ("ru", "en")}
    texts = [("", form.text), *((key, form.by_branch[key]) for key in salon.branch_by_key if key in form.by_branch)]
    return [
        {
            "language": language,
            "branch": salon.branch(branch).name.said_in(language) if branch else "",
            "text": _rendered(text, language, facts[language], now),
            "buttons": [said for one in form.choices if (said := _in(language, one.label) or one.label.ru)],
        }
        for language in ("ru", "en")
        for branch, words in texts
        if (text := _in(language, words))
    ]


def _in(language: str, words: SaidForm) -> str:
    return words.en if language == "en" else words.ru


def _rendered(text: str, language: str, facts: Facts, now: datetime) -> str:
    try:
        template = Template.compile(text, language)
    except TemplateError:
        return text
    return template.render(facts.values(template.variables, now))

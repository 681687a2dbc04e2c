"""The script as it is served: small, whole, cached well, and with every text it names."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
import yaml
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from channels.webchat.protocol import LANGUAGES
from channels.webchat.settings import SiteSettings
from channels.webchat.texts import error_text, onward_texts, photo_texts, widget_texts
from channels.webchat.widget_file import WidgetFile

FOLDER = Path(__file__).parents[2] / "channels" / "webchat"
SITES = {"lavanda": SiteSettings(title="Салон «Лаванда»", note="Ответим сразу, даже ночью")}


@pytest.fixture
def widget() -> WidgetFile:
    return WidgetFile(SITES)


@pytest.fixture
def client(widget: WidgetFile) -> TestClient:
    return TestClient(Starlette(routes=[Route("/chat/widget.js", widget.serve)]))


@pytest.mark.parametrize("spoken", LANGUAGES)
def test_one_request_of_at_most_6_kilobytes(client: TestClient, spoken: str) -> None:
    headers = {"accept-encoding": "gzip"}
    with client.stream("GET", f"/chat/widget.js?lang={spoken}", headers=headers) as answer:
        packed = b"".join(answer.iter_raw())
    print(f"widget.js in {spoken}: {len(packed)} bytes gzipped")
    assert answer.headers["content-encoding"] == "gzip"
    assert len(packed) <= 6 * 1024
    assert re.findall(r"\bimport\b[^)]*", gzip.decompress(packed).decode()) == [
        "import(`${base}${name}.js?lang=${say.lang}`"
    ]


def test_the_source_is_what_is_served(widget: WidgetFile) -> None:
    served = widget.scripts["ru"].content.decode()
    lines = [line for line in (FOLDER / "widget" / "widget.js").read_text("utf-8").splitlines() if line.strip()]
    code = [line for line in lines if not line.strip().startswith("//") and '"STYLE"' not in line]
    assert [line for line in code if line.strip() not in served] == []
    assert max(map(len, code)) <= 160


def test_caching(client: TestClient, widget: WidgetFile) -> None:
    plain = client.get("/chat/widget.js")
    assert plain.headers["content-type"].startswith("text/javascript")
    assert "immutable" not in plain.headers["cache-control"]
    again = client.get("/chat/widget.js", headers={"if-none-match": plain.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert "immutable" in client.get("/chat/" + widget.path()).headers["cache-control"]
    assert "immutable" not in client.get("/chat/widget.js?v=older").headers["cache-control"]
    assert WidgetFile({"other": SiteSettings(title="Другой")}).path() != widget.path()
    assert "set-cookie" not in plain.headers


def test_without_gzip_it_is_plain(client: TestClient, widget: WidgetFile) -> None:
    answer = client.get("/chat/widget.js", headers={"accept-encoding": "identity"})
    assert answer.content == widget.scripts["ru"].content


def test_every_text_is_there_in_every_language_and_none_is_idle() -> None:
    script = (FOLDER / "widget" / "widget.js").read_text("utf-8")
    named = set(re.findall(r"\bsay\.(\w+)", script)) | {"bot"}
    for spoken, texts in widget_texts().items():
        assert set(texts) == named, spoken
        assert texts["lang"] == spoken


def test_every_error_has_its_text_in_every_language() -> None:
    code = "\n".join(path.read_text("utf-8") for path in FOLDER.glob("*.py"))
    raised = set(re.findall(r'(?:BadFrame|refusal|error_frame)\("(\w+)"', code))
    for spoken in LANGUAGES:
        known = yaml.safe_load((FOLDER / f"texts.{spoken}.yaml").read_text("utf-8"))["errors"]
        assert set(known) == raised
        for name in known:
            assert error_text(name, spoken)


def test_nothing_in_the_script_can_make_markup_of_text() -> None:
    script = (FOLDER / "widget" / "widget.js").read_text("utf-8")
    for forbidden in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "Function(", "srcdoc"):
        assert forbidden not in script


@pytest.mark.parametrize("spoken", ["de", "", "../ru", "ru&v="])
def test_another_language_is_answered_in_russian(client: TestClient, widget: WidgetFile, spoken: str) -> None:
    answer = client.get("/chat/widget.js", params={"lang": spoken})
    assert answer.content == widget.scripts["ru"].content


def test_every_part_names_all_of_its_texts() -> None:
    for part, texts in (("photo", photo_texts()), ("onward", onward_texts())):
        named = set(re.findall(r"\bwords\.(\w+)", (FOLDER / "widget" / f"{part}.js").read_text("utf-8")))
        assert {spoken: set(words) for spoken, words in texts.items()} == dict.fromkeys(LANGUAGES, named)

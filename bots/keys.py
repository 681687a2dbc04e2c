"""The installation's secrets: files in DATA/keys that only the owner of the process can read."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

LENGTH = 32


def load_key(data: Path, name: str, environment: Mapping[str, str]) -> bytes:
    """The key ``name``: from ZABOTA_KEY_<NAME> (hex), else from DATA/keys, made there on the first start.

    Raises ValueError for a key in the environment that is not at least 32 bytes of hex.
    """
    given = environment.get(f"ZABOTA_KEY_{name.upper()}")
    if given:
        key = bytes.fromhex(given)
        if len(key) < LENGTH:
            raise ValueError(f"ZABOTA_KEY_{name.upper()}: at least {LENGTH} bytes")
        return key
    folder = data / "keys"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / name
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(LENGTH))
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()

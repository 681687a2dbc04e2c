"""Clients' photos on both databases: quotas, names nobody can guess, files that are gone."""

from __future__ import annotations

import stat

import pytest

from channels.media_store import Media, MediaFull
from tests.storage.conftest import World

SMALL = Media(content=b"\xff\xd8\xff" + b"\0" * 97, content_type="image/jpeg")


def files(world: World) -> list[str]:
    """What lies in the folder."""
    return sorted(path.name for path in world.store.media_folder.rglob("*") if path.is_file())


async def test_a_photo_is_kept_for_the_owner_of_the_process_only(world: World) -> None:
    media_id = await world.store.media.put("anna", SMALL)
    assert await world.store.media.get(media_id) == SMALL
    (path,) = [path for path in world.store.media_folder.rglob("*") if path.is_file()]
    assert (path.name, stat.S_IMODE(path.stat().st_mode)) == (media_id, 0o600)


async def test_an_owner_over_the_quota_leaves_nothing_behind_and_disturbs_nobody(world: World) -> None:
    media = world.store.media
    media.set_quotas(owner_bytes=250, all_bytes=10_000)
    kept = [await media.put("anna", SMALL), await media.put("anna", SMALL)]
    with pytest.raises(MediaFull):
        await media.put("anna", SMALL)
    assert files(world) == sorted(kept)
    kept.append(await media.put("boris", SMALL))
    assert files(world) == sorted(kept)


async def test_all_together_have_a_quota_too(world: World) -> None:
    media = world.store.media
    media.set_quotas(owner_bytes=10_000, all_bytes=200)
    kept = [await media.put("anna", SMALL), await media.put("boris", SMALL)]
    with pytest.raises(MediaFull):
        await media.put("vera", SMALL)
    assert files(world) == sorted(kept)


async def test_an_unknown_id_and_a_lost_file_are_nothing(world: World) -> None:
    media_id = await world.store.media.put("anna", SMALL)
    assert await world.store.media.get("../../zabota.db") is None
    (path,) = [path for path in world.store.media_folder.rglob("*") if path.is_file()]
    path.unlink()
    assert await world.store.media.get(media_id) is None

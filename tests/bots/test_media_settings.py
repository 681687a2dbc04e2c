"""The owner's limits on photos reach the places that keep them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bots.assembly import assembled
from bots.options import Options
from bots.site import chat_settings
from channels.media_store import Media, MediaFull

MEGABYTE = Media(content=b"\xff\xd8\xff" + b"\0" * ((1 << 20) - 3), content_type="image/jpeg")


async def test_quotas_from_the_database_hold_from_the_next_start_and_the_environment_wins(tmp_path: Path) -> None:
    async with assembled(Options(data=tmp_path, environment={})) as parts:
        await parts.store.settings.put("media_owner_megabytes", 1, "vera", parts.clock.now())
        await parts.store.settings.put("photo_megabytes", 2, "vera", parts.clock.now())
    async with assembled(Options(data=tmp_path, environment={"ZABOTA_MEDIA_TOTAL_MEGABYTES": "2"})) as parts:
        assert chat_settings(parts)["photo_bytes"] == 2 << 20
        await parts.store.media.put("anna", MEGABYTE)
        with pytest.raises(MediaFull):
            await parts.store.media.put("anna", MEGABYTE)
        await parts.store.media.put("boris", MEGABYTE)
        with pytest.raises(MediaFull):
            await parts.store.media.put("vera", MEGABYTE)

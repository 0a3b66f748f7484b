"""Slow work waits for its turn without holding what every route needs, and is given up when nobody waits for it."""

from __future__ import annotations

import asyncio
import io
import threading
import uuid
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from PIL import Image
from starlette.requests import Request
from starlette.types import Message

from api.turns import Share, Turns, in_turn
from outbound.attachments import media
from outbound.attachments.child import Child
from outbound.errors import TooManyRequests, Unavailable
from outbound.ids import uuid7
from outbound.settings import Settings
from tests.api.conftest import Api
from tests.api.test_attachments import kept_files, send
from tests.support.franchise import Franchise
from tests.support.photos import photo
from tests.support.problems import assert_problem


def in_a_loop(work: Coroutine[Any, Any, None]) -> None:
    """In a thread of its own: in the process's first one a browser's loop may be running."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, work).result()


def large_png() -> bytes:
    made = io.BytesIO()
    Image.new("L", (9_000, 7_000)).save(made, "PNG")
    return made.getvalue()


def turns(**limits: int) -> Turns:
    return Turns("photos", **({"places": 1, "line": 2, "line_each": 2} | limits))


def test_who_comes_to_a_full_line_is_asked_to_come_again_and_is_let_in_then():
    async def go() -> None:
        line = turns()
        async with AsyncExitStack() as here:
            await here.enter_async_context(line.turn("a"))
            second = asyncio.create_task(_once(line, "a"))
            other = asyncio.create_task(_once(line, "b"))
            await asyncio.sleep(0)
            for person in ("a", "b", "c"):  # the first has their two; for the others the line is full
                with pytest.raises(Unavailable) as full:
                    await _once(line, person)
                assert 1 <= full.value.details["retry_after"] <= 60
        await asyncio.gather(second, other)
        await _once(line, "c")

    in_a_loop(go())


def test_one_at_a_time_works_in_all_processes_that_name_a_lock(tmp_path: Path):
    async def work() -> None:
        lock = tmp_path / "run" / "photos.lock"
        here, there = (Turns("photos", places=1, line=2, line_each=2, lock=lock) for _ in range(2))
        async with AsyncExitStack() as first:
            await first.enter_async_context(here.turn("a"))
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.1), there.turn("b"):
                    pass
        async with asyncio.timeout(10), there.turn("b"):
            pass

    in_a_loop(work())


def test_who_gives_up_waiting_leaves_the_line():
    async def go() -> None:
        line = turns(line=1)
        async with line.turn("a"):
            waiting = asyncio.create_task(_once(line, "b"))
            await asyncio.sleep(0)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            another = asyncio.create_task(_once(line, "c"))
            await asyncio.sleep(0)
        await another

    in_a_loop(go())


def test_who_used_their_share_waits_and_others_do_not():
    async def go() -> None:
        line = Turns("photos", places=1, line=2, line_each=2, share=Share(seconds=1e-9, window=600))
        await _once(line, "a")
        with pytest.raises(TooManyRequests) as spent:
            await _once(line, "a")
        assert spent.value.details["retry_after"] == 60
        await _once(line, "b")

    in_a_loop(go())


async def _once(line: Turns, person: str) -> None:
    async with line.turn(person):
        pass


def test_a_photo_whose_sender_has_left_is_given_up(tmp_path: Path):
    sent = tmp_path / "sent"
    sent.write_bytes(large_png())
    children: list[Child] = []

    async def go() -> None:
        begun = asyncio.Event()
        loop = asyncio.get_running_loop()

        async def receive() -> Message:
            await begun.wait()
            return {"type": "http.disconnect"}

        def work(child: Child) -> None:
            children.append(child)
            loop.call_soon_threadsafe(begun.set)
            with media.cleaned(sent, tmp_path, max_pixels=64_000_000, child=child):
                pass

        with pytest.raises(Unavailable):
            await in_turn(Request({"type": "http"}, receive), turns(), "a", work)

    in_a_loop(go())
    with pytest.raises(Unavailable):  # it was ended, and does nothing more
        children[0].run("rewrite", sent, tmp_path / "made", media_type="image/png", max_pixels=64_000_000)
    assert list(tmp_path.iterdir()) == [sent]


class TestThroughTheDoor:
    def test_beyond_a_short_line_a_photo_is_asked_to_come_later_and_is_kept_once(
        self, api: Api, client: TestClient, franchise: Franchise, lead_id: uuid.UUID, settings: Settings
    ):
        photos: Turns = client.app.state.photos
        person = (franchise.org_id, franchise.rep.id)
        attachment_id, sent = uuid7(), photo()
        hold, held = threading.Event(), threading.Semaphore(0)

        async def wait_in_line() -> None:
            async with photos.turn(person):
                held.release()
                while not hold.is_set():
                    await asyncio.sleep(0.01)

        assert client.portal is not None
        waiting = [client.portal.start_task_soon(wait_in_line) for _ in range(3)]
        held.acquire()
        refused = send(api, franchise.rep, lead_id, sent, id=attachment_id)
        assert_problem(refused, 503, "send this one again")
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert kept_files(settings) == []
        assert list((settings.attachments_dir / "incoming").iterdir()) == []
        assert api.get("/api/me", franchise.rep).status_code == 200
        hold.set()
        for each in waiting:
            each.result()
        assert send(api, franchise.rep, lead_id, sent, id=attachment_id).status_code == 201
        assert len(kept_files(settings)) == 1

    def test_a_small_picture_and_a_direct_upload_wait_in_line_as_well(
        self, api: Api, client: TestClient, franchise: Franchise, lead_id: uuid.UUID
    ):
        kept = send(api, franchise.rep, lead_id, photo()).json()["id"]
        state = client.app.state
        for kind in ("photos", "pictures"):
            setattr(state, kind, turns(line=-1))
        small = api.get(f"/api/attachments/{kept}/content", franchise.rep, size=64)
        assert_problem(small, 503, "again")
        body = {"id": str(uuid7()), "lead_id": str(lead_id), "media_type": "image/jpeg", "size": 9, "sha256": "0" * 64}
        announced = api.post("/api/attachments/uploads", franchise.rep, body).json()["attachment"]["id"]
        assert_problem(api.post(f"/api/attachments/{announced}/complete", franchise.rep, None), 503, "again")
        assert api.get(f"/api/attachments/{kept}/content", franchise.rep).status_code == 200

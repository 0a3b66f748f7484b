"""The keys of access tokens: one file, made once, followed by every process."""

from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from outbound.errors import Misconfigured
from outbound.identity.token_keys import TokenKeys


def test_the_first_use_makes_a_file_that_only_its_owner_reads(tmp_path: Path):
    keys = TokenKeys(tmp_path / "keys")
    assert keys.newest().kid == "1"
    assert stat.S_IMODE((tmp_path / "keys" / "tokens.json").stat().st_mode) == 0o600
    assert [path.name for path in (tmp_path / "keys").iterdir()] == ["tokens.json"]


def test_processes_that_start_at_once_agree(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(lambda _: next(TokenKeys(tmp_path).successors("token")), range(16)))
    assert len(found) == 1


def test_a_rotation_is_followed_and_the_last_three_are_kept(tmp_path: Path):
    one, other = TokenKeys(tmp_path), TokenKeys(tmp_path)
    before = next(one.successors("token"))
    for kid in ("2", "3"):
        assert other.rotate() == kid
        assert one.newest().kid == kid
    assert before in list(one.successors("token"))
    other.rotate()
    assert before not in list(one.successors("token"))
    assert [key.kid for key in one.all().keys] == ["2", "3", "4"]


@pytest.mark.parametrize("content", ["", "{}", "[]", "nonsense", '{"1": 5}', '{"x": "AAAA"}', '{"1": "é"}'])
def test_a_broken_file_is_one_sentence(tmp_path: Path, content: str):
    (tmp_path / "tokens.json").write_text(content)
    with pytest.raises(Misconfigured, match="clients sign in anew"):
        TokenKeys(tmp_path).newest()

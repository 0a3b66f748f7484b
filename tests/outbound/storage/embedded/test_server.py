"""The life of the embedded server: who starts it, who shares it, who stops it, what survives."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress

import adbc_driver_postgresql.dbapi
import psutil
import psycopg
import pytest
import sqlalchemy

from outbound.errors import Misconfigured
from outbound.storage import embedded
from outbound.storage.embedded.account import choose
from outbound.storage.embedded.postmaster import process_of

from .conftest import Holder, Home, wait_for

Hold = Callable[..., Holder]


def connect(url: str) -> psycopg.Connection:
    return psycopg.connect(embedded.libpq_url(url), autocommit=True)


def count(url: str, table: str) -> int:
    with connect(url) as connection:
        row = connection.execute(f"select count(*) from {table}").fetchone()
    assert row is not None
    return row[0]


def postmaster(home: Home) -> psutil.Process:
    process = process_of(home.layout)
    assert process is not None
    return process


def keeper(home: Home) -> psutil.Process:
    pid = embedded.status(home).keeper
    assert pid is not None
    return psutil.Process(pid)


def names(processes: list[psutil.Process]) -> set[str]:
    """Their names, as far as they still live."""
    found = set()
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            found.add(process.name())
    return found


def kill(process: psutil.Process) -> None:
    process.kill()
    wait_for(lambda: not process.is_running() or process.status() == psutil.STATUS_ZOMBIE)


def test_every_kind_of_client_gets_in_by_the_one_url(home: Home):
    url = embedded.ensure_running(home)
    with sqlalchemy.create_engine(url).connect() as connection:
        assert connection.execute(sqlalchemy.text("select current_database()")).scalar() == "outbound"
    with (
        adbc_driver_postgresql.dbapi.connect(embedded.libpq_url(url)) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("select 1")
        assert cursor.fetchone() == (1,)
    command = [
        embedded.binary("psql"),
        "--no-psqlrc",
        "-At",
        "-c",
        "show server_encoding",
        embedded.libpq_url(url),
    ]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "UTF8\n"


def test_it_listens_on_no_network_and_lets_nobody_in_without_the_password(home: Home):
    url = embedded.ensure_running(home)
    assert postmaster(home).net_connections(kind="inet") == []
    assert home.layout.password_file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(embedded.libpq_url(url).replace("postgres:", "postgres:wrong"))


def test_commits_are_durable_text_sorts_by_code_point_and_times_are_utc(home: Home):
    with connect(embedded.ensure_running(home)) as connection:
        values = [connection.execute(f"show {name}").fetchone() for name in ("fsync", "timezone", "jit")]
        assert values == [("on",), ("UTC",), ("off",)]
        ordered = connection.execute("select string_agg(w, '' order by w) from unnest('{a,B,é}'::text[]) w")
        assert ordered.fetchone() == ("Baé",)


def test_the_server_stops_when_its_only_user_leaves(home: Home, hold: Hold):
    holder = hold(home)
    holder.url()
    server = postmaster(home)
    holder.leave()
    home.wait_until_unwatched()
    assert process_of(home.layout) is None
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE
    assert not embedded.status(home).running


def test_it_goes_on_while_another_user_is_left_and_stops_with_the_last(home: Home, hold: Hold):
    first, second = hold(home), hold(home)
    assert first.url() == second.url()
    server = postmaster(home)
    first.kill()
    assert embedded.ensure_running(home)
    second.leave()
    assert postmaster(home) == server
    embedded.release(home)
    home.wait_until_unwatched()
    assert process_of(home.layout) is None


def test_ctrl_c_in_the_terminal_of_one_user_does_not_stop_the_others(home: Home, hold: Hold):
    first = hold(home)
    first.url()
    server = postmaster(home)
    url = embedded.ensure_running(home)
    first.interrupt()
    assert count(url, "pg_class") > 0
    assert postmaster(home) == server


def test_starters_at_the_same_time_share_one_server_and_one_keeper(new_home: Home, hold: Hold):
    holders = [hold(new_home) for _ in range(4)]
    assert len({holder.url() for holder in holders}) == 1
    processes = new_home.processes()
    assert len([p for p in processes if "outbound.storage.embedded" in p["cmdline"]]) == 1
    inside = {p["pid"] for p in processes}
    postmasters = [p["pid"] for p in processes if p["name"] == "postgres" and p["ppid"] not in inside]
    assert postmasters == [postmaster(new_home).pid]


def test_threads_of_one_process_share_the_lease(home: Home):
    urls: list[str] = []
    threads = [threading.Thread(target=lambda: urls.append(embedded.ensure_running(home))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(urls)) == 1
    assert len(urls) == 4


def test_a_user_killed_at_once_leaves_no_server_behind(home: Home, hold: Hold):
    holder = hold(home)
    with connect(holder.url()) as connection:
        connection.execute("create table kept as select generate_series(1, 1000)")
    holder.kill()
    home.wait_until_unwatched()
    assert process_of(home.layout) is None
    assert count(embedded.ensure_running(home), "kept") == 1000


def test_acknowledged_rows_survive_a_kill_of_the_postmaster(home: Home):
    url = embedded.ensure_running(home)
    with connect(url) as connection:
        connection.execute("create table knock (id int)")
        connection.execute("insert into knock select generate_series(1, 5000)")
        kill(postmaster(home))
    assert count(embedded.ensure_running(home), "knock") == 5000


def test_a_backend_that_outlives_the_killed_postmaster_does_not_block_the_next_start(home: Home):
    url = embedded.ensure_running(home)
    ended = threading.Event()

    def work() -> None:
        with pytest.raises(psycopg.OperationalError), connect(url) as connection:
            connection.execute("select count(*) from generate_series(1, 1000000000000)")
        ended.set()

    thread = threading.Thread(target=work)
    thread.start()
    with connect(url) as connection:
        busy = "select pid from pg_stat_activity where state = 'active' and query like '%1000000000000%'"
        wait_for(lambda: len(connection.execute(busy).fetchall()) > 1)
    kill(postmaster(home))
    assert count(embedded.ensure_running(home), "pg_class") > 0
    assert ended.wait(30)
    thread.join()


def test_after_a_kill_of_the_keeper_the_next_attaching_process_brings_another(home: Home, hold: Hold):
    holder = hold(home)
    holder.url()
    killed = keeper(home)
    kill(killed)
    assert embedded.status(home).running
    embedded.ensure_running(home)
    assert keeper(home) != killed
    holder.leave()
    embedded.release(home)
    home.wait_until_unwatched()
    assert process_of(home.layout) is None


def test_after_a_kill_of_the_keeper_the_last_user_to_leave_brings_another(home: Home, hold: Hold):
    holder = hold(home)
    holder.url()
    kill(keeper(home))
    holder.leave()
    home.wait_until_unwatched()
    assert process_of(home.layout) is None


def test_after_a_kill_of_everybody_but_the_server_the_next_start_takes_it_over(home: Home, hold: Hold):
    holder = hold(home)
    url = holder.url()
    server = postmaster(home)
    kill(keeper(home))
    holder.kill()
    assert postmaster(home) == server
    assert embedded.ensure_running(home) == url
    assert postmaster(home) == server


def test_a_kill_of_everything_is_recovered_from(home: Home, hold: Hold):
    holder = hold(home)
    with connect(holder.url()) as connection:
        connection.execute("create table kept as select generate_series(1, 10)")
    kill(keeper(home))
    kill(postmaster(home))
    holder.kill()
    assert count(embedded.ensure_running(home), "kept") == 10


def test_a_stale_pid_that_now_belongs_to_somebody_else_is_neither_believed_nor_signalled(home: Home):
    embedded.ensure_running(home)
    pid_file = home.layout.data / "postmaster.pid"
    text = pid_file.read_text()
    account = choose(home.home, home.layout.data)
    embedded.release(home)
    home.wait_until_unwatched()
    identity = {"user": account.uid, "group": account.gid, "extra_groups": []} if account.way == "user" else {}
    innocent = subprocess.Popen(["sleep", "600"], **identity)
    try:
        pid_file.write_text(text.replace(text.split("\n")[0], str(innocent.pid), 1))
        account.give(pid_file)
        assert not embedded.status(home).running
        embedded.stop(home)
        assert innocent.poll() is None
        assert count(embedded.ensure_running(home), "pg_class") > 0
        assert postmaster(home).pid != innocent.pid
        embedded.release(home)
        home.wait_until_unwatched()
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_stop_ends_it_at_once_and_the_next_call_starts_it_again(home: Home, hold: Hold):
    holder = hold(home)
    holder.url()
    embedded.stop(home)
    assert process_of(home.layout) is None
    assert count(embedded.ensure_running(home), "pg_class") > 0


def test_a_data_folder_deleted_under_a_user_is_made_anew(home: Home, open_folder):
    embedded.ensure_running(home)
    old = postmaster(home)
    home.home.rename(open_folder / "elsewhere")
    assert count(embedded.ensure_running(home), "pg_class") > 0
    assert postmaster(home) != old
    old.terminate()
    wait_for(lambda: not old.is_running() or old.status() == psutil.STATUS_ZOMBIE)


def test_settings_of_the_operator_come_last(home: Home):
    embedded.ensure_running(home)
    embedded.stop(home)
    (home.layout.server / "local.conf").write_text("work_mem = '7MB'\n")
    with connect(embedded.ensure_running(home)) as connection:
        assert connection.execute("show work_mem").fetchone() == ("7MB",)


def test_a_server_that_cannot_start_says_why_in_one_sentence(home: Home):
    embedded.ensure_running(home)
    embedded.stop(home)
    (home.layout.server / "local.conf").write_text("shared_buffers = 'much'\n")
    with pytest.raises(embedded.server.Unavailable, match="could not start") as raised:
        embedded.ensure_running(home)
    assert "shared_buffers" in str(raised.value) or "configuration file" in str(raised.value)
    (home.layout.server / "local.conf").unlink()
    assert embedded.ensure_running(home)


def test_half_of_a_first_start_is_done_again(new_home: Home):
    layout = new_home.layout
    layout.prepare()
    (layout.server / "data.new").mkdir()
    (layout.server / "data.new" / "PG_VERSION").write_text("18")
    assert count(embedded.ensure_running(new_home), "pg_class") > 0


def test_a_lost_password_is_named(home: Home):
    embedded.ensure_running(home)
    embedded.stop(home)
    home.layout.password_file.unlink()
    with pytest.raises(Misconfigured, match=r"postgres\.password"):
        embedded.ensure_running(home)


@pytest.mark.parametrize("program", ["initdb", "pg_ctl"])
def test_a_starter_killed_in_the_middle_leaves_no_server_behind(new_home: Home, hold: Hold, program: str):
    starter = hold(new_home)
    started = psutil.Process(starter.process.pid)
    wait_for(lambda: program in names(started.children(recursive=True)), pause=0.01)
    starter.kill()
    new_home.wait_until_unwatched()
    wait_for(lambda: not new_home.processes())
    assert count(embedded.ensure_running(new_home), "pg_class") > 0

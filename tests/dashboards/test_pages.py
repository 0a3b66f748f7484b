"""What pages say, run without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards.components import hexmap
from outbound.settings import Settings, get_settings
from outbound.warehouse import outcomes
from tests.dashboards.builds import Frames, founded_today, publish
from tests.dashboards.conftest import HOME_PY
from tests.dashboards.town import BIRCH, MAPLE, uid

# DuckDB's own conversion to pandas uses a keyword that pandas is giving up.
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword")
Visit = Callable[..., Settings]
SECONDS = 60


def open_home() -> AppTest:
    return AppTest.from_file(str(HOME_PY), default_timeout=SECONDS).run()


def open_coverage() -> AppTest:
    def page() -> None:
        from dashboards import auth
        from dashboards.views import coverage, run

        run(coverage.show, auth.person())

    return AppTest.from_function(page, default_timeout=SECONDS).run()


def open_reports() -> AppTest:
    def page() -> None:
        from dashboards import auth
        from dashboards.views import reports, run

        run(reports.show, auth.person())

    return AppTest.from_function(page, default_timeout=SECONDS).run()


PAGES = (open_home, open_coverage, open_reports)


def text_of(app: AppTest) -> str:
    """Everything the page says in HTML and markdown."""
    assert not app.exception, app.exception
    return "\n".join(element.proto.body for kind in ("html", "markdown") for element in app.get(kind))


def cells_of(app: AppTest) -> set[str]:
    """The H3 cells on the map."""
    (chart,) = app.get("deck_gl_json_chart")
    layers = json.loads(chart.proto.json)["layers"]
    return {row["cell"] for layer in layers if layer["id"] == "cells" for row in layer["data"]}


def test_without_a_session_nothing_but_the_way_in_is_shown(visit: Visit) -> None:
    visit("nobody")
    said = text_of(open_home())
    assert "Your session has ended" in said
    assert "/sign-in?next=" in said
    assert 'ob-kpi-value"' not in said


def test_an_api_that_is_down_is_one_sentence(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    visit("olivia")
    monkeypatch.setenv("OUTBOUND_API_PORT", "1")
    get_settings.cache_clear()
    said = text_of(open_home())
    assert "The Outbound API does not answer at http://127.0.0.1:1." in said
    assert "outbound up" in said


def test_behind_a_proxy_the_api_is_asked_directly_and_links_go_through_the_proxy(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    visit("nobody")
    monkeypatch.setenv("OUTBOUND_API_PUBLIC_URL", "https://outbound.invalid")
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    get_settings.cache_clear()
    said = text_of(open_home())
    assert "Your session has ended" in said, "the API has answered"
    assert "https://outbound.invalid/sign-in?next=" in said


@pytest.mark.parametrize("page", PAGES, ids=["overview", "coverage", "reports"])
def test_where_nothing_was_built_the_page_says_what_to_do(visit: Visit, page: Callable[[], AppTest]) -> None:
    visit("olivia")
    said = text_of(page())
    assert "has not been built" in said
    assert "outbound pipeline run" in said


def test_figures_of_an_earlier_version_say_what_to_do(visit: Visit) -> None:
    def change(frames: Frames) -> Frames:
        return frames | {"coverage_cells": frames["coverage_cells"].drop(columns="last_knocked")}

    publish(MAPLE, visit("olivia").published_dir, change=change)
    said = text_of(open_coverage())
    assert "made by another version of Outbound" in said
    assert "outbound pipeline run" in said


@pytest.mark.parametrize("build", [{"empty": True}, {"change": founded_today}], ids=["no rows", "founded today"])
@pytest.mark.parametrize("page", PAGES, ids=["overview", "coverage", "reports"])
def test_a_build_without_anything_to_show_says_what_to_do(
    visit: Visit, page: Callable[[], AppTest], build: dict[str, Any]
) -> None:
    publish(MAPLE, visit("olivia").published_dir, **build)
    said = text_of(page())
    assert "Nothing to show yet" in said
    assert "outbound pipeline run" in said


def test_doors_before_any_territory_have_figures_and_no_gap(visit: Visit) -> None:
    def change(frames: Frames) -> Frames:
        frames = founded_today(frames)
        frames["territory_weeks"]["doors"] = 7
        return frames

    publish(MAPLE, visit("olivia").published_dir, change=change)
    said = text_of(open_home())
    assert 'ob-kpi-value"' in said
    assert "None: every territory with an owner is below 5%" in said


def test_old_figures_say_so(visit: Visit) -> None:
    publish(MAPLE, visit("olivia").published_dir, datetime.now(UTC) - timedelta(days=3, hours=1))
    assert "These figures are 3 days old" in text_of(open_home())


@pytest.mark.parametrize(("hours", "old"), [(2, False), (4, True)])
def test_figures_that_two_hourly_runs_did_not_renew_are_old(visit: Visit, hours: int, old: bool) -> None:
    publish(MAPLE, visit("olivia").published_dir, datetime.now(UTC) - timedelta(hours=hours, minutes=1))
    assert (f"These figures are {hours} hours old" in text_of(open_home())) is old


def test_the_age_of_the_figures_is_told_in_the_organisations_time(visit: Visit) -> None:
    publish(MAPLE, visit("olivia").published_dir, datetime(2025, 3, 9, 8, 30, tzinfo=UTC))
    assert "As of Sun, Mar 9, 3:30 AM, Chicago time" in text_of(open_home())


def test_one_organisations_cells_never_show_to_another(visit: Visit) -> None:
    settings = visit("ben")
    for town in (MAPLE, BIRCH):
        publish(town, settings.published_dir)
    cells = cells_of(open_coverage())
    assert cells == {cell for _, cell in BIRCH.cells()}
    assert not cells & {cell for _, cell in MAPLE.cells()}


def test_without_a_build_of_their_own_another_organisations_is_not_shown(visit: Visit) -> None:
    publish(MAPLE, visit("ben").published_dir)
    assert "has not been built" in text_of(open_coverage())


def test_a_rep_is_told_who_dashboards_are_for_and_sees_own_territories_only(visit: Visit) -> None:
    publish(MAPLE, visit("renee").published_dir)
    app = open_coverage()
    assert "Dashboards are for managers" in text_of(app)
    own = {uid(MAPLE.name, "MICRO", name) for name in MAPLE.micros[:3]}
    assert cells_of(app) == {cell for territory, cell in MAPLE.cells() if territory in own}


def test_a_rep_has_no_overview(visit: Visit) -> None:
    publish(MAPLE, visit("renee").published_dir)
    said = text_of(open_home())
    assert "Dashboards are for managers" in said
    assert 'ob-kpi-value"' not in said


def test_picking_a_territory_leaves_its_cells_on_the_map(visit: Visit) -> None:
    publish(MAPLE, visit("olivia").published_dir)
    app = open_coverage()
    everything = cells_of(app)
    chosen = uid(MAPLE.name, "AREA", "West Side")
    app.selectbox(key="territory").set_value(chosen).run()
    below = {t["id"] for t in MAPLE.territories() if t["parent_id"] == chosen}
    assert cells_of(app) == {cell for territory, cell in MAPLE.cells() if territory in below} < everything


def test_a_coarser_level_rolls_cells_up(visit: Visit) -> None:
    publish(MAPLE, visit("olivia").published_dir)
    app = open_coverage()
    fine = cells_of(app)
    app.get("button_group")[1].set_value(8).run()
    assert {cell[1] for cell in fine} == {"9"}
    assert {cell[1] for cell in cells_of(app)} == {"8"}


def test_a_size_of_cells_follows_what_is_in_sight_until_one_is_chosen(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(MAPLE, visit("olivia").published_dir)
    monkeypatch.setattr(hexmap, "SMALLEST", 80)  # as if the town were larger
    app = open_coverage()
    assert {cell[1] for cell in cells_of(app)} == {"8"}
    territory = app.selectbox(key="territory")
    territory.set_value(next(t["id"] for t in MAPLE.territories() if t["type"] == "MICRO")).run()
    assert {cell[1] for cell in cells_of(app)} == {"9"}
    app.get("button_group")[1].set_value(7).run()
    app.selectbox(key="territory").set_value("").run()
    assert {cell[1] for cell in cells_of(app)} == {"7"}, "what was chosen stays"


@pytest.mark.parametrize(("who", "manages"), [("olivia", True), ("marcus", True), ("renee", False)])
def test_lists_and_duplicates_are_for_managers_and_owners(visit: Visit, who: str, manages: bool) -> None:
    publish(MAPLE, visit(who).published_dir)
    links = {element.proto.label for element in open_home().get("page_link")}
    assert ({"Imports", "Duplicates"} <= links) is manages
    assert "Coverage" in links


@pytest.mark.parametrize(("who", "manages"), [("olivia", True), ("marcus", True), ("renee", False)])
def test_the_documentation_of_the_marts_is_for_managers_and_owners(visit: Visit, who: str, manages: bool) -> None:
    settings = visit(who)
    publish(MAPLE, settings.published_dir)
    links = {element.proto.label: element.proto.page for element in open_home().get("page_link")}
    assert links.get("About the marts") == (f"{settings.api_url}/docs/marts" if manages else None)


def test_reports_rank_reps_by_wins_with_their_names(visit: Visit) -> None:
    publish(MAPLE, visit("olivia").published_dir)
    app = open_reports()
    said = text_of(app)
    names = [person["name"] for person in MAPLE.people() if person["role"] == "SALES_REP"]
    assert all(name in said for name in names)
    board = next(
        element.proto.body for element in app.get("html") if "Door touches per appointment" in element.proto.body
    )
    wins = [int(row.split("</td>")[2].rsplit(">", 1)[1]) for row in board.split("<tr>")[2:]]
    assert wins == sorted(wins, reverse=True)
    assert wins


def test_reports_tell_how_far_each_territory_was_walked(visit: Visit) -> None:
    publish(MAPLE, visit("olivia").published_dir)
    said = text_of(open_reports())
    assert "Saturation" in said
    assert "Knocks per door" in said
    assert "Touches and what they led to" in said


def test_reports_lead_to_a_territorys_map_and_to_the_tables_as_files(visit: Visit) -> None:
    settings = visit("olivia")
    publish(MAPLE, settings.published_dir)
    said = text_of(open_reports())
    micro = uid(MAPLE.name, "MICRO", MAPLE.micros[0])
    assert f"/coverage?territory={micro}&amp;week=" in said
    assert f"{settings.api_url}/api/reports/marts/rep_days?format=parquet" in said


def test_reports_draw_appointments_beside_wins_and_a_place_for_every_week(visit: Visit) -> None:
    publish(MAPLE, visit("olivia").published_dir)
    app = open_reports()
    app.get("button_group")[0].set_value(26).run()
    (chart,) = app.get("vega_lite_chart")
    touches, closes = json.loads(chart.proto.spec)["vconcat"]
    assert closes["encoding"]["xOffset"]["field"] == "kind"
    assert "xOffset" not in touches["encoding"]
    assert [len(set(each["encoding"]["x"]["scale"]["domain"])) for each in (touches, closes)] == [26, 26]


def test_reports_of_another_town_name_nobody_of_this_one(visit: Visit) -> None:
    folder = visit("ben").published_dir
    publish(MAPLE, folder)
    publish(BIRCH, folder)
    said = text_of(open_reports())
    assert not any(person["name"] in said for person in MAPLE.people())
    assert not any(territory["name"] in said for territory in MAPLE.territories() if territory["type"] == "MICRO")


def test_a_run_that_was_held_back_is_told_beside_the_figures_that_stay(visit: Visit) -> None:
    settings = visit("olivia")
    publish(MAPLE, settings.published_dir)
    outcome = outcomes.held_back(datetime.now(UTC), ["unique_grain_leads"])
    outcomes.write_outcome(settings.published_dir / MAPLE.organisation_id, outcome)
    for page in PAGES:
        said = text_of(page())
        assert "did not pass 1 of their tests (unique_grain_leads), so the last good ones stay" in said
        assert "No newer figures since" in said

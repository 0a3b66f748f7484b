"""A list in the dashboards, on the real API: handed in, settled, looked at, written, reported, taken back."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from api.main import create_app
from ingest.service import import_file, pending_imports, run_import
from outbound.demo.names import STEMS
from outbound.leads.models import Lead
from outbound.settings import Settings
from outbound.storage.database import Database
from tests.dashboards.conftest import served, streamlit
from tests.support.cast import Member
from tests.support.franchise import Franchise

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DESK = {"width": 1440, "height": 900}
PATIENCE = 60_000
OpenPage = Callable[[Member, str], Page]


@pytest.fixture
def desk(browser: Browser, settings: Settings, database: Database, franchise: Franchise) -> Iterator[OpenPage]:
    """Opens a page of the dashboards as somebody who signs in at the API."""
    context = browser.new_context(viewport=DESK, accept_downloads=True)

    def opened(member: Member, path: str) -> Page:
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(f"{settings.dashboards_url}/{path}")
        page.get_by_role("link", name="Sign in").click()
        page.locator("input[type=email]").fill(member.email)
        page.locator("input[type=password]").fill(member.password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        return page

    with served(create_app(settings, database), settings.api_port), streamlit(settings):
        yield opened
    context.close()


@pytest.fixture
def work(database: Database, settings: Settings) -> Callable[[], None]:
    """Does what waits to be done, as the scheduler would."""

    def run() -> None:
        for pending in pending_imports(database):
            run_import(database, settings, pending.org_id, pending.import_id)

    return run


def a_list(franchise: Franchise, folder: Path) -> Path:
    """Forty doors of the north-west and the south-east, one of them twice, one known, one without an address."""
    path = folder / "elm and oak.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Owner", "Situs", "Town", "Zip", "Lat", "Lon", "Mobile", "Notes"])
        for number in range(40):
            turf = franchise.north_west if number % 3 else franchise.south_east
            lat, lon = turf.box.point(number)
            where = [f"{100 + number} {'Elm' if number % 2 else 'Oak'} Street", "Testville", "50309"]
            writer.writerow([f"Kim {STEMS[number]}", *where, f"{lat:.6f}", f"{lon:.6f}", f"515555{1000 + number}", ""])
        writer.writerow([f"Kim {STEMS[1]}", "101 Elm Street", "Testville", "50309", "", "", "", "again"])
        writer.writerow(["Lee Nowhere", "", "Testville", "50309", "", "", "5155552222", "=1+1"])
    return path


def count_leads(franchise: Franchise) -> int:
    with franchise.admin() as session:
        return session.scalar(select(func.count()).select_from(Lead).where(Lead.org_id == franchise.org_id)) or 0


def at_rest(page: Page) -> Page:
    """The page, once it has been drawn to its end: what is pressed before is lost with the former buttons."""
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for()
    return page


def press(page: Page, key: str) -> None:
    """A shortcut."""
    at_rest(page).keyboard.press(key)


def tile(page: Page, fate: str):
    return page.locator(f".ob-tile.ob-fate-{fate} b")


def test_a_manager_takes_a_list_from_the_file_to_leads_and_back(
    desk: OpenPage, work: Callable[[], None], franchise: Franchise, tmp_path: Path
) -> None:
    before = count_leads(franchise)
    page = desk(franchise.owner, "imports")
    page.get_by_role("heading", name="Hand in a list").wait_for()
    page.locator("input[type=file]").set_input_files(a_list(franchise, tmp_path))
    at_rest(page).get_by_role("button", name="Look at this list").click()

    page.get_by_role("heading", name="What does each column hold?").wait_for()
    expect(page.get_by_role("combobox", name="What Situs holds")).to_have_value(re.compile("Address"))
    expect(page.locator(".ob-samples").nth(1)).to_contain_text("Oak Street")
    at_rest(page).get_by_role("button", name="Check the rows").click()
    page.get_by_text("You may leave this page").wait_for()
    work()

    page.get_by_role("heading", name="Nothing is written yet").wait_for()
    expect(tile(page, "new")).to_have_text("40", timeout=PATIENCE)
    expect(tile(page, "duplicate")).to_have_text("1")
    expect(tile(page, "rejected")).to_have_text("1")
    expect(page.get_by_role("img", name="Legend: New leads per cell")).to_be_visible()
    expect(page.locator(".ob-rows")).to_contain_text("Place: the list's own coordinates")
    at_rest(page).get_by_role("radio", name=re.compile("Cannot be used")).click()
    expect(page.locator(".ob-rows")).to_contain_text("Lee Nowhere", timeout=PATIENCE)
    assert count_leads(franchise) == before

    at_rest(page).get_by_role("button", name="Import 40 leads").click()
    page.get_by_text("You may leave this page").wait_for()
    work()
    page.get_by_role("heading", name="40 leads imported").wait_for()
    assert count_leads(franchise) == before + 40
    with page.expect_download() as download:
        page.get_by_role("button", name="Rejected rows").click()
    rejected = list(csv.DictReader(Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()))
    assert [row["Owner"] for row in rejected if "address" in row["reason"].lower()] == ["Lee Nowhere"]
    assert not any(str(cell).startswith("=") for row in rejected for cell in row.values())

    at_rest(page).get_by_role("button", name="Take back").click()
    at_rest(page).get_by_role("button", name="Take this list back").click()
    page.get_by_text("You may leave this page").wait_for()
    work()
    page.get_by_role("heading", name="Taken back").wait_for()
    assert count_leads(franchise) == before


def test_a_workbook_that_is_not_read_is_refused_on_the_page_with_what_to_do(
    desk: OpenPage, franchise: Franchise, tmp_path: Path
) -> None:
    page = desk(franchise.owner, "imports")
    page.get_by_role("heading", name="Hand in a list").wait_for()
    old, open_document = tmp_path / "may.xls", tmp_path / "may.ods"
    old.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000))
    with zipfile.ZipFile(open_document, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    for file in (old, open_document):
        page.locator("input[type=file]").set_input_files(file)
        expect(page.get_by_role("alert")).to_have_count(0)  # what was said of the file before: this one has arrived
        at_rest(page).get_by_role("button", name="Look at this list").click()
        expect(page.get_by_role("alert")).to_contain_text(re.compile(rf"{file.name} is .*; save .* as XLSX or CSV"))


def test_rows_that_wait_for_the_same_reason_are_decided_together_and_taken_back_together(
    desk: OpenPage, franchise: Franchise, database: Database, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "moved.csv"
    rows = ["address,city,state,zip,name,phone"]
    for at, (first, last) in enumerate((("Ann", "Archer"), ("Bo", "Baker"), ("Cy", "Carver"))):
        franchise.add_lead(franchise.north_west, first_name=first, last_name=last, phone=f"+1515555017{at}")
        rows.append(f"{90 + 2 * at} {last} Road,Testville,IA,50309,{first} {last},515-555-017{at}")
    path.write_text("\n".join(rows) + "\n")
    import_file(database, settings, franchise.org_id, franchise.owner.id, path)
    before = count_leads(franchise)

    page = desk(franchise.owner, "matches")
    page.get_by_text("3 pairs may be one lead").wait_for()
    at_rest(page).get_by_role("button", name="All 3 like this").click()
    at_rest(page).get_by_role("button", name="All different leads").click()
    page.get_by_text("Nothing waits to be decided").wait_for()
    assert count_leads(franchise) == before + 3
    press(page, "u")
    page.get_by_text("3 pairs may be one lead").wait_for()
    assert count_leads(franchise) == before


def test_one_key_says_whether_a_row_is_a_lead_known_already_and_another_takes_it_back(
    desk: OpenPage,
    work: Callable[[], None],
    franchise: Franchise,
    database: Database,
    settings: Settings,
    tmp_path: Path,
) -> None:
    franchise.add_lead(franchise.north_west, first_name="Ann", last_name="Lee", phone="+15155550177")
    path = tmp_path / "moved.csv"
    path.write_text("address,city,state,zip,name,phone\n99 Hill Road,Testville,IA,50309,Ann Lee,515-555-0177\n")
    import_file(database, settings, franchise.org_id, franchise.owner.id, path)
    before = count_leads(franchise)

    page = desk(franchise.owner, "matches")
    question = page.get_by_role("heading", name="Are these one lead?")
    question.wait_for()
    expect(page.locator(".ob-pair")).to_contain_text("Line 2 of moved.csv")
    expect(page.locator(".ob-pair")).to_contain_text("street: different")
    press(page, "d")
    page.get_by_text("Nothing waits to be decided").wait_for()
    question.wait_for(state="detached")  # the page is drawn from above, and the former question goes last
    assert count_leads(franchise) == before + 1
    press(page, "u")
    question.wait_for()
    assert count_leads(franchise) == before
    press(page, "s")
    page.get_by_text("Nothing waits to be decided").wait_for()
    assert count_leads(franchise) == before

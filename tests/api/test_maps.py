from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from api import problems
from api.routes import maps
from ingest.regions.load import load_region
from outbound.demo.basemap import write_basemap
from outbound.demo.town import build_town
from outbound.geo.style import FONT, FONT_BOLD
from outbound.settings import Settings
from tests.support.osm import Town


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path


@pytest.fixture
def client(home: Path) -> Iterator[TestClient]:
    app = FastAPI()
    app.state.settings = Settings(home=home)
    problems.install(app)
    app.include_router(maps.router)
    with TestClient(app, base_url="http://localhost:8000") as client:
        yield client


@pytest.fixture
def town_map(home: Path) -> None:
    write_basemap([build_town(200, seed=3)], home / "maps")


class TestStyle:
    def test_without_a_basemap_it_is_valid_and_says_so(self, client: TestClient):
        style = client.get("/api/maps/style.json").json()
        assert style["version"] == 8
        assert style["sources"] == {}
        assert [layer["id"] for layer in style["layers"]] == ["background"]
        assert style["metadata"]["outbound:basemap"] is False

    @pytest.mark.usefixtures("town_map")
    def test_it_draws_on_this_server_alone_and_names_its_source(self, client: TestClient):
        answer = client.get("/api/maps/style.json")
        style = answer.json()
        assert style["sources"]["basemap"]["attribution"] == "Fictional demo town"
        assert all(
            part.startswith("http://localhost:8000/api/maps/")
            for part in answer.text.split('"')
            if part.startswith("http")
        )
        fonts = {f for layer in style["layers"] for f in layer.get("layout", {}).get("text-font", [])}
        assert fonts == {FONT, FONT_BOLD}

    @pytest.mark.usefixtures("town_map")
    def test_the_tiles_it_names_are_answered(self, client: TestClient):
        (template,) = client.get("/api/maps/style.json").json()["sources"]["basemap"]["tiles"]
        answer = client.get(template.replace("{z}/{x}/{y}", "10/266/387"))
        assert answer.status_code == 200, answer.text

    def test_a_damaged_basemap_is_said_to_be_so(self, client: TestClient, home: Path):
        (home / "maps").mkdir()
        (home / "maps" / "basemap.pmtiles").write_bytes(b"not a map" * 50)
        answer = client.get("/api/maps/style.json")
        assert answer.status_code == 503
        assert "is not a readable PMTiles archive" in answer.json()["detail"]

    def test_an_archive_that_names_no_source_is_credited_to_openstreetmap(
        self, client: TestClient, home: Path, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr("outbound.demo.basemap.ATTRIBUTION", "")
        write_basemap([build_town(200, seed=3)], home / "maps")
        style = client.get("/api/maps/style.json").json()
        assert style["sources"]["basemap"]["attribution"] == "© OpenStreetMap contributors"


class TestTiles:
    @pytest.mark.usefixtures("town_map")
    def test_a_tile_comes_gzipped_with_an_etag_and_is_not_sent_twice(self, client: TestClient):
        answer = client.get("/api/maps/tiles/10/266/387.pbf")
        assert answer.status_code == 200
        assert answer.headers["content-encoding"] == "gzip"
        assert "max-age" in answer.headers["cache-control"]
        again = client.get("/api/maps/tiles/10/266/387.pbf", headers={"if-none-match": answer.headers["etag"]})
        assert again.status_code == 304
        assert again.content == b""

    @pytest.mark.usefixtures("town_map")
    @pytest.mark.parametrize("place", ["10/0/0", "3/0/0", "22/1/1", "12/99999/3", "10/-1/5"])
    def test_an_empty_place_is_204(self, client: TestClient, place: str):
        assert client.get(f"/api/maps/tiles/{place}.pbf").status_code == 204

    def test_without_a_basemap_every_tile_is_empty(self, client: TestClient):
        assert client.get("/api/maps/tiles/10/266/387.pbf").status_code == 204

    def test_a_tile_that_is_no_number_is_refused_as_a_problem(self, client: TestClient):
        answer = client.get("/api/maps/tiles/ten/1/1.pbf")
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"


class TestGlyphs:
    @pytest.mark.parametrize("stack", [FONT, FONT_BOLD, "Noto Sans Bold,Arial Unicode MS Regular"])
    def test_latin_letters_are_there_for_any_stack(self, client: TestClient, stack: str):
        answer = client.get(f"/api/maps/fonts/{stack}/0-255.pbf")
        assert answer.status_code == 200
        assert len(answer.content) > 50_000

    def test_letters_the_fonts_lack_come_back_empty(self, client: TestClient):
        answer = client.get(f"/api/maps/fonts/{FONT}/19968-20223.pbf")
        assert (answer.status_code, answer.content) == (200, b"")

    @pytest.mark.parametrize("characters", ["../secret", "0-255x", "a-b"])
    def test_a_range_that_is_none_is_not_found(self, client: TestClient, characters: str):
        assert client.get(f"/api/maps/fonts/{FONT}/{characters}.pbf").status_code == 404


class TestRegions:
    def test_a_loaded_region_is_served_with_its_source_named(self, client: TestClient, home: Path):
        town = Town()
        town.way((0, 0), (400, 0), highway="residential", name="Elm Street")
        for number in range(2, 12, 2):
            town.house(number * 15, 15, str(number), "Elm Street")
        load_region(Settings(home=home), town.write(home / "town.osm"))
        style = client.get("/api/maps/style.json").json()
        assert style["sources"]["basemap"]["attribution"] == "© OpenStreetMap contributors"
        assert style["metadata"]["outbound:name"] == "town"
        lon, lat = style["center"]
        assert (round(lat, 2), round(lon, 2)) == (0.1, 0.1)
        z = 14
        x, y = int((lon + 180) / 360 * 2**z), int((1 - lat / 180) / 2 * 2**z)  # near the equator
        answers = [client.get(f"/api/maps/tiles/{z}/{x}/{row}.pbf") for row in (y - 1, y, y + 1)]
        tiles = [answer.content for answer in answers if answer.status_code == 200]
        assert any(b"Elm Street" in tile and b"buildings" in tile for tile in tiles)

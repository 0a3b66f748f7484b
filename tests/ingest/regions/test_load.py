"""Loading a region: all of it or nothing, once, and what a newer extract changes."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.regions.load import load_region, remove_region
from outbound.errors import Conflict, Invalid, NotFound, Unavailable
from outbound.geo.maps import Basemap
from outbound.geo.points import How, PointIndex
from outbound.geo.regions import current_regions, region_name, regions_locked
from outbound.postal.rules import PostalParts, normalise
from outbound.settings import Settings
from tests.support.osm import Town, position


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    """A home of its own; no database is asked."""
    return Settings(home=tmp_path / "home")


def town(doors: int = 10, *, moved: int = 0, shop: bool = False) -> Town:
    town = Town()
    town.way((0, 0), (500, 0), highway="residential", name="Elm Street")
    town.way((500, 0), (500, 500), highway="secondary", name="Oak Avenue")
    for at in range(doors):
        town.house(20 + at * 20, 15 + (5 if at < moved else 0), str(2 + at * 2), "Elm Street")
    ring = [town.way((700, 0), (900, 0), (900, 200)), town.way((900, 200), (700, 200), (700, 0))]
    hole = [town.way((750, 50), (800, 50), (800, 100), (750, 50))]
    town.area(ring, hole, natural="water", name="Round Lake")
    town.node(100, 100, place="suburb", name="Elmwood")
    if shop:
        town.door(480, 20, "100", "Elm Street")
    return town


def find(home: Settings, number: str, street: str = "Elm Street", postcode: str = "11412") -> How:
    found = PointIndex.open(home.regions_dir).locate([normalise(PostalParts(number, street, postcode=postcode))])
    return How(found.how[0])


class TestLoad:
    def test_one_extract_gives_doors_streets_and_the_map(self, home: Settings, tmp_path: Path):
        loaded = load_region(home, town().write(tmp_path / "Elm Town.osm"))
        facts = loaded.region.facts
        assert loaded.region.name == "elm-town"
        assert (facts["points"], facts["stretches"], facts["read"]["buildings"]) == (10, 2, 10)
        assert facts["street_km"] == 1.0
        assert loaded.region.map_path.stat().st_size > 0
        archive = Basemap(home.maps_dir).archive()
        assert archive is not None
        assert archive.metadata["attribution"] == "© OpenStreetMap contributors"
        assert not [path for path in home.regions_dir.iterdir() if path.name.startswith(".loading")]

    def test_progress_tells_each_phase(self, home: Settings, tmp_path: Path):
        told: list[str] = []
        load_region(home, town().write(tmp_path / "town.osm"), progress=lambda what, _done, _of: told.append(what))
        assert told[0] == "comparing with what is loaded"
        phases = {what.partition(":")[0] for what in told}
        assert {"sorting addresses", "drawing streets", "joining the maps"} <= phases

    def test_the_same_file_again_does_nothing_unless_told(self, home: Settings, tmp_path: Path):
        file = town().write(tmp_path / "town.osm")
        first = load_region(home, file)
        again = load_region(home, file)
        assert (first.fresh, again.fresh) == (True, False)
        assert load_region(home, file, again=True).fresh
        assert find(home, "2") is How.EXACT

    def test_a_newer_extract_replaces_it_and_says_what_changed(self, home: Settings, tmp_path: Path):
        load_region(home, town(10).write(tmp_path / "town.osm"))
        newer = load_region(home, town(9, moved=2, shop=True).write(tmp_path / "town.osm"))
        assert newer.difference is not None
        assert (newer.difference.added, newer.difference.changed, newer.difference.removed) == (1, 2, 1)
        assert find(home, "100") is How.EXACT
        assert find(home, "20") is not How.EXACT
        assert len(list((home.regions_dir / "town").iterdir())) == 2  # the version and the link to it

    def test_pieces_of_the_map_that_are_the_same_are_not_drawn_again(self, home: Settings, tmp_path: Path):
        def both(doors: int) -> Path:
            made = town(doors)
            for at in range(5):
                made.house(100_000 + at * 20, 15, str(at), "Far Street", "11413")
            return made.write(tmp_path / "town.osm")

        first = load_region(home, both(10))
        newer = load_region(home, both(12))
        drawn = first.region.facts["pieces"]["drawn"]
        assert newer.region.facts["pieces"] == {"drawn": 1, "kept": drawn - 1}  # the near half degree's buildings
        fresh = Settings(home=tmp_path / "fresh")
        assert load_region(fresh, both(12)).region.facts["pieces"]["kept"] == 0
        maps = [each.regions_dir / "town/current/map.pmtiles" for each in (home, fresh)]
        assert maps[0].read_bytes() == maps[1].read_bytes()

    def test_regions_stand_side_by_side_on_one_map(self, home: Settings, tmp_path: Path):
        load_region(home, town().write(tmp_path / "one.osm"))
        other = town()
        other.door(100, 300, "7", "Fir Lane", "11413")
        load_region(home, other.write(tmp_path / "two.osm"))
        assert [region.name for region in current_regions(home.regions_dir)] == ["one", "two"]
        assert find(home, "7", "Fir Lane", "11413") is How.EXACT
        archive = Basemap(home.maps_dir).archive()
        assert archive is not None
        assert archive.metadata["name"] == "one, two"

    def test_a_number_on_a_stretch_of_addr_interpolation_is_found_along_it(self, home: Settings, tmp_path: Path):
        made = town()
        first = made.door(0, -20, "1", "Elm Street")
        last = made.door(400, -20, "41", "Elm Street")
        made.way(first, last, **{"addr:interpolation": "odd"})
        load_region(home, made.write(tmp_path / "town.osm"))
        found = PointIndex.open(home.regions_dir).locate([normalise(PostalParts("21", "Elm St", postcode="11412"))])
        assert How(found.how[0]) is How.ALONG
        lat, lon = position(200, -20)
        assert abs(found.lat[0] - lat) < 1e-5
        assert abs(found.lon[0] - lon) < 1e-5

    def test_doors_without_a_zip_code_have_that_of_their_neighbours(self, home: Settings, tmp_path: Path):
        made = town()
        made.door(250, 15, "200", "Elm Street", "")
        load_region(home, made.write(tmp_path / "town.osm"))
        assert find(home, "200") is How.EXACT


class TestWhatCannotBeLoaded:
    @pytest.mark.parametrize("name", ["town.osm.pbf", "town.osm", "list.csv", "list.geojson", "list.csv.gz"])
    @pytest.mark.parametrize("content", [b"", b"no such thing", b"\x00" * 64, b"{}", b"<osm", b"\x1f\x8b\x08garbage"])
    def test_a_file_that_is_none_changes_nothing(self, home: Settings, tmp_path: Path, name: str, content: bytes):
        load_region(home, town().write(tmp_path / "town.osm"), "town")
        (tmp_path / name).write_bytes(content)
        with pytest.raises(Invalid) as refused:
            load_region(home, tmp_path / name, "town")
        assert name in refused.value.message
        assert find(home, "2") is How.EXACT
        assert sorted(path.name for path in home.regions_dir.iterdir()) == [".lock", "town"]

    def test_an_extract_that_is_cut_short_is_refused(self, home: Settings, tmp_path: Path):
        file = town().write(tmp_path / "town.osm")
        file.write_bytes(file.read_bytes()[:-400])
        with pytest.raises(Invalid, match="download it again"):
            load_region(home, file)
        assert current_regions(home.regions_dir) == []

    def test_a_file_that_is_not_there_is_said_so(self, home: Settings, tmp_path: Path):
        with pytest.raises(NotFound, match=r"There is no file"):
            load_region(home, tmp_path / "nowhere.osm.pbf")

    def test_two_loads_at_once_are_refused(self, home: Settings, tmp_path: Path):
        with regions_locked(home.regions_dir), pytest.raises(Conflict, match="wait until it is done"):
            load_region(home, town().write(tmp_path / "town.osm"))

    @pytest.mark.parametrize("text", ["..", ".osm", "🏠.csv", ""])
    def test_a_name_of_nothing_is_refused(self, text: str):
        with pytest.raises(Invalid, match="--name"):
            region_name(text)

    def test_names_stay_inside_their_folder(self):
        assert region_name("../../etc/New York.osm.pbf") == "new-york"
        assert region_name("../../..//x") == "x"

    def test_a_load_that_is_killed_leaves_what_was_loaded(self, home: Settings, tmp_path: Path):
        load_region(home, town().write(tmp_path / "town.osm"))
        big = town(2_000).write(tmp_path / "big.osm")
        code = (
            "import sys, pathlib, time\n"
            "from ingest.regions.load import load_region\n"
            "from outbound.settings import Settings\n"
            "def told(what, done, of):\n"
            "    print(what, flush=True)\n"
            "    if what.startswith('drawing buildings'): time.sleep(60)\n"
            "load_region(Settings(home=pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2]), 'town', progress=told)\n"
        )
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(home.home), str(big)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        while not child.stdout.readline().startswith("drawing buildings"):
            assert child.poll() is None
        child.kill()
        child.wait(10)
        assert find(home, "2") is How.EXACT
        assert any(path.name.startswith(".loading-") for path in home.regions_dir.iterdir())
        deadline = time.monotonic() + 5
        while True:  # the lock goes with the process
            try:
                load_region(home, big, "town")
                break
            except Conflict:
                assert time.monotonic() < deadline
        assert find(home, "3000") is How.EXACT
        assert not any(path.name.startswith(".loading-") for path in home.regions_dir.iterdir())

    @pytest.mark.parametrize("bytes_", [2_000, 20_000, 60_000, 120_000])
    def test_a_full_disk_is_said_so_and_leaves_what_was_loaded(self, home: Settings, tmp_path: Path, bytes_: int):
        load_region(home, town().write(tmp_path / "town.osm"))
        big = town(2_000).write(tmp_path / "big.osm")
        code = (
            "import sys, pathlib, resource\n"
            "from ingest.regions.load import load_region\n"
            "from outbound.errors import Unavailable\n"
            "from outbound.settings import Settings\n"
            "limit = int(sys.argv[3])\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))\n"
            "try:\n"
            "    load_region(Settings(home=pathlib.Path(sys.argv[1])), pathlib.Path(sys.argv[2]), 'town')\n"
            "except Unavailable as error:\n"
            "    print(error.message)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, str(home.home), str(big), str(bytes_)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert "nothing was changed" in done.stdout, done.stderr
        assert find(home, "2") is How.EXACT

    def test_an_extract_that_there_is_no_room_for_is_refused_before_it_is_read(self, home: Settings, tmp_path: Path):
        load_region(home, town().write(tmp_path / "town.osm"))
        vast = tmp_path / "vast.osm.pbf"
        with vast.open("wb") as file:
            file.truncate(shutil.disk_usage(tmp_path).free // 5)  # a hole: it takes no room itself
        with pytest.raises(Unavailable, match="Make room"):
            load_region(home, vast, "town")
        assert find(home, "2") is How.EXACT


class TestRemove:
    def test_points_streets_and_map_go_with_it(self, home: Settings, tmp_path: Path):
        load_region(home, town().write(tmp_path / "town.osm"))
        remove_region(home, "town")
        assert current_regions(home.regions_dir) == []
        assert Basemap(home.maps_dir).archive() is None

    def test_a_map_that_was_there_before_is_shown_beside_and_comes_back(self, home: Settings, tmp_path: Path):
        other = Settings(home=tmp_path / "other")
        load_region(other, town().write(tmp_path / "town.osm"), "other")
        home.maps_dir.mkdir(parents=True)
        before = (other.regions_dir / "other/current/map.pmtiles").read_bytes()
        (home.maps_dir / "basemap.pmtiles").write_bytes(before)
        load_region(home, town().write(tmp_path / "town.osm"))
        archive = Basemap(home.maps_dir).archive()
        assert archive is not None
        assert archive.metadata["name"] == "other, town"
        remove_region(home, "town")
        assert (home.maps_dir / "basemap.pmtiles").read_bytes() == before

    def test_a_region_that_is_not_there_is_said_so(self, home: Settings):
        with pytest.raises(NotFound, match="loaded: none"):
            remove_region(home, "nowhere")
        with pytest.raises(NotFound):
            remove_region(home, "../home")

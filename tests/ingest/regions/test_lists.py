"""Address points and ranges from lists: OpenAddresses as CSV or GeoJSON, TIGER ranges."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from ingest.regions.load import load_region
from outbound.errors import Invalid
from outbound.geo.points import How, PointIndex
from outbound.postal.rules import PostalParts, normalise
from outbound.settings import Settings

HEADER = "LON,LAT,NUMBER,STREET,UNIT,CITY,DISTRICT,REGION,POSTCODE,ID,HASH\n"
ROW = "-74.0310957,40.7498567,12,Willow Avenue,2B,Hoboken,,NJ,07030,,\n"
TIGER = "from;to;interpolation;street;city;state;postcode;geometry\n"


@pytest.fixture
def home(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


def load(home: Settings, path: Path, content: str | bytes) -> tuple[int, int, int]:
    """Points, ranges and rows left out of a file with this content."""
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    facts = load_region(home, path).region.facts
    return facts["points"], facts["ranges"], facts["left_out"]


def find(home: Settings, *parts: str) -> tuple[How, float, float]:
    found = PointIndex.open(home.regions_dir).locate([normalise(PostalParts(*parts))])
    return How(found.how[0]), float(found.lat[0]), float(found.lon[0])


class TestOpenAddressesCsv:
    @pytest.mark.parametrize("name", ["hoboken.csv", "hoboken.csv.gz"])
    def test_each_row_is_a_door(self, home: Settings, tmp_path: Path, name: str):
        assert load(home, tmp_path / name, "\ufeff" + HEADER + ROW) == (1, 0, 0)
        how, lat, lon = find(home, "12", "Willow Ave", "", "", "", "07030")
        assert (how, round(lat, 7), round(lon, 7)) == (How.EXACT, 40.7498567, -74.0310957)

    def test_rows_that_are_no_address_are_counted_and_left_out(self, home: Settings, tmp_path: Path):
        bad = [
            ",,12,Willow Avenue,,,,,,,",
            "200,40,12,Willow Avenue,,,,,,,",
            "nan,inf,12,Willow Avenue,,,,,,,",
            "0,0,12,Willow Avenue,,,,,,,",
            "-74,40,,Willow Avenue,,,,,,,",
            "-74,40,12,,,,,,,,",
            "-74,40,12",
            "-74,40,12," + "x" * 5_000 + ",,,,,,,",
            "-74,40," + "9" * 5_000 + ",Willow Avenue,,,,,,,",
            "-74,40,12," + "y" * 2_000_000 + ",,,,,,,",
            '-74,40,"' + "z" * 200_000 + '",Willow Avenue,,,,,,,',
        ]
        assert load(home, tmp_path / "list.csv", HEADER + ROW + "\n".join(bad) + "\n" + ROW.replace("12,", "14,")) == (
            2,
            0,
            len(bad),
        )

    def test_a_door_that_is_told_twice_is_one(self, home: Settings, tmp_path: Path):
        near = ROW.replace("40.7498567", "40.7498600")
        assert load(home, tmp_path / "list.csv", HEADER + ROW + ROW + near)[0] == 1

    def test_ranges_of_numbers_are_spread_where_hyphens_are_rare(self, home: Settings, tmp_path: Path):
        rows = "".join(ROW.replace(",12,", f",{number},") for number in ("2", "4", "1016-18", "6"))
        load(home, tmp_path / "list.csv", HEADER + rows)
        assert find(home, "1018", "Willow Ave", "", "", "", "07030")[0] is How.EXACT

    def test_a_list_without_its_columns_is_refused(self, home: Settings, tmp_path: Path):
        with pytest.raises(Invalid, match="no columns lon, lat, number and street"):
            load(home, tmp_path / "list.csv", "name,phone\nAda,1\n")


class TestOpenAddressesGeoJson:
    def feature(self, number: str = "12", **more: object) -> dict:
        properties = {"number": number, "street": "Willow Avenue", "city": "Hoboken", "postcode": "07030", "unit": None}
        return {
            "type": "Feature",
            "properties": properties,
            "geometry": {"type": "Point", "coordinates": [-74.03, 40.74]},
            **more,
        }

    def test_one_feature_a_line(self, home: Settings, tmp_path: Path):
        lines = "\n".join(json.dumps(self.feature(str(number))) for number in range(1, 6))
        assert load(home, tmp_path / "list.geojson.gz", lines) == (5, 0, 0)

    @pytest.mark.parametrize("indent", [None, 2])
    def test_a_whole_collection(self, home: Settings, tmp_path: Path, indent: int | None):
        collection = {"type": "FeatureCollection", "features": [self.feature("1"), self.feature("3")]}
        assert load(home, tmp_path / "list.geojson", json.dumps(collection, indent=indent))[0] == 2

    def test_hostile_features_are_left_out(self, home: Settings, tmp_path: Path):
        bad = [
            self.feature(geometry=None),
            self.feature(properties=None),
            self.feature(geometry={"type": "Point", "coordinates": ["a", {}]}),
            self.feature(geometry={"type": "Polygon", "coordinates": []}),
            self.feature(geometry={"type": "Point", "coordinates": [1e400, 0]}),
            {"type": "Feature"},
        ]
        lines = [json.dumps(feature) for feature in [*bad, self.feature()]]
        lines += ['{"type": "Feature", "properties": ' + "[" * 100_000, '{"type": "Feature", "broken']
        assert load(home, tmp_path / "list.geojson", "\n".join(lines)) == (1, 0, len(bad) + 2)


class TestTiger:
    LINE = "LINESTRING(-86.42 32.49,-86.41 32.49)"

    def test_a_number_lies_along_its_range_on_its_side(self, home: Settings, tmp_path: Path):
        rows = f"101;199;odd;Glenbrooke Ln;Autauga;AL;36066;{self.LINE}\n"
        assert load(home, tmp_path / "01001.csv", TIGER + rows) == (0, 1, 0)
        how, lat, lon = find(home, "150", "Glenbrooke Lane", "", "", "AL", "36066")
        assert how is How.NOWHERE
        how, lat, lon = find(home, "151", "Glenbrooke Lane", "", "", "AL", "36066")
        assert how is How.ALONG
        assert (round(lat, 4), round(lon, 4)) == (32.49, round(-86.42 + 0.01 * 50 / 98, 4))

    def test_a_range_may_run_backwards(self, home: Settings, tmp_path: Path):
        load(home, tmp_path / "01001.csv", TIGER + f"199;101;odd;Glenbrooke Ln;Autauga;AL;36066;{self.LINE}\n")
        assert find(home, "197", "Glenbrooke Ln", "", "", "", "36066")[2] < -86.419

    def test_rows_that_are_no_range_are_left_out(self, home: Settings, tmp_path: Path):
        bad = [
            "a;b;odd;Elm St;X;AL;36066;" + self.LINE,
            "1;9;sideways;Elm St;X;AL;36066;" + self.LINE,
            "1;9;odd;Elm St;X;AL;36066;POINT(1 2)",
            "1;9;odd;Elm St;X;AL;36066;LINESTRING(999 99,999 99)",
            "1;9;odd;;X;AL;36066;" + self.LINE,
            "1;9;odd;Elm St;X",
            "1-01;2-09;odd;Elm St;X;AL;36066;" + self.LINE,
        ]
        good = f"1;9;odd;Elm St;X;AL;36066;{self.LINE}\n"
        assert load(home, tmp_path / "01001.csv", TIGER + "\n".join(bad) + "\n" + good) == (0, 1, len(bad))

"""Real lists into real turf."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import text

from ingest.service import import_file
from ingest.territories import load_territories
from outbound.identity.service import add_member, create_organisation
from outbound.settings import Settings
from outbound.storage.database import Database
from outbound.vocabulary import ImportSource, Role, TerritoryType

pytestmark = pytest.mark.any_server("its statements are those of the other imports")


@pytest.mark.slow
def test_real_lists_import_whole_into_real_territories(
    database: Database, settings: Settings, shared_data: Path
) -> None:
    org_id = create_organisation(database, name="Queens", zone="America/New_York")
    owner = add_member(
        database, org_id, email="o@queens.test", name="O", role=Role.FRANCHISE_OWNER, password="a long password"
    )
    turf = shared_data / "polygons"
    zips = load_territories(
        database, org_id, owner, turf / "queens_village_zip_modzcta.geojson", TerritoryType.AREA, new_region="Turf"
    )
    districts = load_territories(
        database, org_id, owner, turf / "queens_village_election_districts.geojson", TerritoryType.MICRO,
        parent_slug=zips.parent_slug, name_property="ElectDist", leave_out_broken=True,
    )  # fmt: skip
    assert (zips.added, districts.added, len(districts.left_out)) == (12, 103, 1)

    lists = shared_data / "addresses"
    doors = import_file(database, settings, org_id, owner, lists / "queens_village_osm_addresses.csv")
    assert (doors.rows, doors.new, doors.duplicates_in_file, doors.rejected) == (32_255, 32_239, 16, 0)
    assert doors.without_territory <= 1

    sales = import_file(
        database, settings, org_id, owner, lists / "rollingsales_queens_2022.csv", ImportSource.PURCHASE
    )
    assert sales.rows == sales.new + sales.rejected + sales.duplicates + sales.blank == 28_039
    # It has no coordinates: doors of the first list tell where their ZIP codes lie, and no more.
    assert 1_000 < sales.new - sales.without_position < sales.new
    assert {"it has no house number", "house_number is no number", "it has no address"} <= set(sales.reasons)
    assert sales.duplicates_known > 1_000  # doors of the first list, spelled by somebody else

    with database.as_job(org_id) as session:
        types = Counter(
            session.scalars(
                text(
                    "select t.type from outbound.leads l join outbound.territories t"
                    " on t.org_id = l.org_id and t.id = l.territory_id where l.import_id = :id"
                ),
                {"id": doors.import_id},
            )
        )
        kept = session.scalar(
            text("select count(*) from outbound.import_rejects where import_id = :id"), {"id": sales.import_id}
        )
    assert types["MICRO"] > 32_000
    assert types["MICRO"] + types["AREA"] + doors.without_territory == doors.new
    assert kept == sales.rejected + sales.duplicates_in_file  # what is known already is merged, not refused

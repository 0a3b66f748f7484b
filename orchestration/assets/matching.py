"""Leads that may be one, over the whole base."""

from datetime import UTC, datetime

import dagster as dg

from orchestration.resources import System, failing_in_a_sentence

MATCH_PAIRS = dg.AssetKey(["capture", "match_pairs"])


@dg.asset(
    key=MATCH_PAIRS,
    group_name="capture",
    kinds={"postgresql"},
    description="Pairs of leads that may be one, for the review queue: compared by address, unit, number and name.",
)
def match_pairs(system: dg.ResourceParam[System]) -> dg.MaterializeResult:
    from outbound.matching.nightly import find_duplicates

    leads = compared = proposed = withdrawn = 0
    with failing_in_a_sentence():
        for organisation in system.database.organisations():
            with system.database.as_job(organisation.id) as session:
                done = find_duplicates(session, datetime.now(UTC))
            leads, compared = leads + done.leads, compared + done.compared
            proposed, withdrawn = proposed + done.proposed, withdrawn + done.withdrawn
    return dg.MaterializeResult(
        metadata={"leads": leads, "pairs compared": compared, "proposed": proposed, "withdrawn": withdrawn}
    )

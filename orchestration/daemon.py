"""``python -m orchestration.daemon``: Dagster's daemon, once former names are carried over."""

from __future__ import annotations

import logging

from dagster import DagsterInstance
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, InstigatorType
from dagster._daemon.cli import cli

from orchestration.periodic import FORMER_NAMES

_log = logging.getLogger(__name__)


def carry_over(instance: DagsterInstance) -> list[str]:
    """Schedules have other names than before: one that was stopped stays stopped under its new name, and what Dagster
    knew of the former ones goes, so that its pages show none that is not there. Returns a sentence for each stopped."""
    known = instance.all_instigator_state(instigator_type=InstigatorType.SCHEDULE) if instance.schedule_storage else []
    named = {state.name for state in known}
    said = []
    for former in known:
        name = FORMER_NAMES.get(former.name)
        if name is None:
            continue
        if not former.is_running and name not in named:
            origin = former.origin._replace(instigator_name=name)
            instance.add_instigator_state(
                InstigatorState(origin, former.instigator_type, InstigatorStatus.STOPPED, former.instigator_data)
            )
            said.append(f"The schedule {former.name} was stopped; it is called {name} now, and stays stopped.")
        instance.delete_instigator_state(former.instigator_origin_id, former.selector_id)
    return said


if __name__ == "__main__":
    with DagsterInstance.get() as instance:
        for sentence in carry_over(instance):
            _log.warning(sentence)
    cli()

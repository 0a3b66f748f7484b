"""What leaves the build: the marts, each with the order its rows are stored in."""

from __future__ import annotations

MARTS: dict[str, tuple[str, ...]] = {
    "outbound_stats": ("week_start", "territory_id"),
    "territory_weeks": ("week_start", "territory_id"),
    "coverage_cells": ("week_start", "territory_id", "cell"),
    "coverage_rollups": ("week_start", "territory_id", "resolution", "cell"),
    "north_star": ("week_start",),
    "north_star_definitions": ("figure",),
    "pipeline": ("stage", "owner_id", "territory_id", "lead_type"),
    "rep_weeks": ("week_start", "user_id", "territory_id"),
    "member_weeks": ("week_start", "user_id", "territory_id"),
    "rep_days": ("day", "user_id", "territory_id"),
    "trips": ("week_start", "territory_id", "id"),
    "cadence_steps": ("cadence_id", "edition", "step_order", "territory_id", "step_id"),
    "list_returns": ("campaign_id", "import_id", "territory_id"),
    "stage_history": ("week_start", "territory_id", "lead_id", "stay"),
    "stage_weeks": ("week_start", "territory_id", "stage"),
    "cohorts": ("week_start", "territory_id"),
    "handoffs": ("scheduled_at", "id"),
    "commission_facts": ("won_at", "id"),
    "demand": ("weeks_ahead", "territory_id"),
    "territories": ("path", "id"),
    "members": ("role", "id"),
    "cadences": ("name", "id"),
    "campaigns": ("name", "id"),
    "imports": ("created_at", "id"),
    "build_info": ("org_id",),
}
"""Every mart has ``org_id``; a published one holds one organisation, or is read through its policies."""

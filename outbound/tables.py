"""Every table of the schema, gathered for migrations and tests. The only module that imports all concepts."""

from outbound.activities.models import Activity, ActivityOutcome, StagePolicy
from outbound.addresses.models import Address, DoorChange
from outbound.attachments.models import Attachment
from outbound.audit.models import AuditEntry
from outbound.bulk.models import BulkChange, BulkChangeItem
from outbound.cadences.models import Cadence, CadenceStep, LeadCadenceEnrollment
from outbound.campaigns.models import Campaign
from outbound.geocoding.models import Geocoder, GeocoderAnswer, GeocodingAttempt
from outbound.identity.models import (
    ApiKey,
    Invitation,
    Membership,
    Organisation,
    PasswordReset,
    RefreshToken,
    Session,
    SignInProvider,
    Throttle,
    User,
)
from outbound.imports.models import (
    ImportChange,
    ImportMapping,
    ImportProgress,
    ImportReject,
    ImportRow,
    ProspectImport,
)
from outbound.lake.models import LakeHead, Tombstone
from outbound.leads.models import Lead, LeadMerge, LeadStageChange, LeadTag, LeadToken
from outbound.matching.models import MatchPair, MatchThresholds
from outbound.messaging.models import Message, MessageTemplate
from outbound.notifications.models import Notification
from outbound.onboarding.models import OnboardingHandoff
from outbound.positions.models import LocationLook, RepPosition
from outbound.privacy.models import Erasure, OrganisationDeletion, OrganisationExport
from outbound.segments.models import Segment
from outbound.shifts.models import Shift
from outbound.storage.base import Base
from outbound.storage.captures import Capture
from outbound.storage.keyproofs import KeyProof
from outbound.sync.models import Departure, SyncOperation
from outbound.tasks.models import Task
from outbound.territories.models import Territory, TerritoryAssignment
from outbound.trips.models import Trip, TripStop

__all__ = [
    "Activity",
    "ActivityOutcome",
    "Address",
    "ApiKey",
    "Attachment",
    "AuditEntry",
    "Base",
    "BulkChange",
    "BulkChangeItem",
    "Cadence",
    "CadenceStep",
    "Campaign",
    "Capture",
    "Departure",
    "DoorChange",
    "Erasure",
    "Geocoder",
    "GeocoderAnswer",
    "GeocodingAttempt",
    "ImportChange",
    "ImportMapping",
    "ImportProgress",
    "ImportReject",
    "ImportRow",
    "Invitation",
    "KeyProof",
    "LakeHead",
    "Lead",
    "LeadCadenceEnrollment",
    "LeadMerge",
    "LeadStageChange",
    "LeadTag",
    "LeadToken",
    "LocationLook",
    "MatchPair",
    "MatchThresholds",
    "Membership",
    "Message",
    "MessageTemplate",
    "Notification",
    "OnboardingHandoff",
    "Organisation",
    "OrganisationDeletion",
    "OrganisationExport",
    "PasswordReset",
    "ProspectImport",
    "RefreshToken",
    "RepPosition",
    "Segment",
    "Session",
    "Shift",
    "SignInProvider",
    "StagePolicy",
    "SyncOperation",
    "Task",
    "Territory",
    "TerritoryAssignment",
    "Throttle",
    "Tombstone",
    "Trip",
    "TripStop",
    "User",
]

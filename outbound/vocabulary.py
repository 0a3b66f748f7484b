"""The words of the business, held by check constraints in the database.

Values are stored as text, so that a warehouse and a phone read the same words.
"""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    SALES_REP = "SALES_REP"
    SALES_MANAGER = "SALES_MANAGER"
    FRANCHISE_OWNER = "FRANCHISE_OWNER"
    OPS = "OPS"


class SessionKind(StrEnum):
    BROWSER = "browser"
    CLIENT = "client"


class LeadType(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    PARTNER = "partner"


class Stage(StrEnum):
    COLD = "COLD"
    CONTACTED = "CONTACTED"
    FOLLOW_UP = "FOLLOW_UP"
    SCHEDULED = "SCHEDULED"
    WON = "WON"
    LOST = "LOST"
    NOT_QUALIFIED = "NOT_QUALIFIED"


OPEN_STAGES = (Stage.COLD, Stage.CONTACTED, Stage.FOLLOW_UP, Stage.SCHEDULED)
"""Stages of a lead that may still be won; an address has at most one open lead per lead type."""

BOARD_STAGES = (Stage.COLD, Stage.CONTACTED, Stage.FOLLOW_UP)
"""Columns of the outbound board; SCHEDULED is its drop target and takes the lead off it."""


class ActivityType(StrEnum):
    DOOR_KNOCK = "DOOR_KNOCK"
    CALL = "CALL"
    SMS = "SMS"
    EMAIL = "EMAIL"
    NOTE = "NOTE"
    TASK = "TASK"
    MEETING = "MEETING"


TOUCH_TYPES = (
    ActivityType.DOOR_KNOCK,
    ActivityType.CALL,
    ActivityType.SMS,
    ActivityType.EMAIL,
    ActivityType.MEETING,
)
"""Activities by a rep that count as a touch of the lead."""


class ActivityResult(StrEnum):
    NOT_HOME = "NOT_HOME"
    INTERESTED = "INTERESTED"
    FOLLOW_UP = "FOLLOW_UP"
    SCHEDULED = "SCHEDULED"
    WON = "WON"
    NOT_INTERESTED = "NOT_INTERESTED"
    NOT_QUALIFIED = "NOT_QUALIFIED"
    DO_NOT_CONTACT = "DO_NOT_CONTACT"
    LEFT_MATERIAL = "LEFT_MATERIAL"


CONTACT_RESULTS = (
    ActivityResult.INTERESTED,
    ActivityResult.FOLLOW_UP,
    ActivityResult.SCHEDULED,
    ActivityResult.WON,
    ActivityResult.NOT_INTERESTED,
    ActivityResult.NOT_QUALIFIED,
    ActivityResult.DO_NOT_CONTACT,
)
"""Results that only somebody who answered can give: a touch with one of them is a contact."""


class StepChannel(StrEnum):
    SMS = "SMS"
    EMAIL = "EMAIL"
    CALL = "CALL"
    TASK = "TASK"
    VISIT = "VISIT"


class MessageChannel(StrEnum):
    SMS = "SMS"
    EMAIL = "EMAIL"


class MessageDirection(StrEnum):
    OUTBOUND = "outbound"
    INBOUND = "inbound"


class MessageStatus(StrEnum):
    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    SUPPRESSED = "suppressed"


class TerritoryType(StrEnum):
    REGION = "REGION"
    AREA = "AREA"
    MICRO = "MICRO"


TERRITORY_DEPTH = {TerritoryType.REGION: 0, TerritoryType.AREA: 1, TerritoryType.MICRO: 2}


class AssignmentRole(StrEnum):
    OWNER = "OWNER"
    CONTRIBUTOR = "CONTRIBUTOR"
    VIEWER = "VIEWER"


class OwnerRule(StrEnum):
    """Who is given a territory's new leads, of those who work it."""

    FIXED = "fixed"
    """The primary OWNER, else the one who has owned it longest."""
    ROUND_ROBIN = "round_robin"
    """OWNERs and CONTRIBUTORs in turn."""
    LEAST_LOADED = "least_loaded"
    """The OWNER or CONTRIBUTOR with the fewest open leads."""


class TripStatus(StrEnum):
    PLANNED = "planned"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class StopStatus(StrEnum):
    PENDING = "pending"
    SKIPPED = "skipped"
    COMPLETED = "completed"


class Optimization(StrEnum):
    FASTEST = "FASTEST"
    SHORTEST = "SHORTEST"
    WALKING = "WALKING"


class DistanceBasis(StrEnum):
    """What a trip's planned distance was measured along."""

    STRAIGHT_LINE = "straight_line"
    STREETS = "streets"


class EnrollmentStatus(StrEnum):
    ACTIVE = "active"
    PAUSED = "paused"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class EnrollmentEnd(StrEnum):
    """Why an enrolment is over."""

    FINISHED = "finished"
    BY_HAND = "by_hand"
    STAGE_LEFT = "stage_left"
    CADENCE_RETIRED = "cadence_retired"
    DO_NOT_CONTACT = "do_not_contact"


class TaskState(StrEnum):
    OPEN = "open"
    DONE = "done"
    CANCELLED = "cancelled"


class LookKind(StrEnum):
    """How somebody looked at where a rep is: the last position, or a day's trail."""

    LATEST = "latest"
    TRAIL = "trail"


class NotificationKind(StrEnum):
    LEAD_ASSIGNED = "lead_assigned"
    TASK_ASSIGNED = "task_assigned"
    TERRITORY_ASSIGNED = "territory_assigned"
    FIGURES_HELD_BACK = "figures_held_back"
    """Rows of the organisation fail tests of the warehouse: the figures stay at the last good ones."""


class FiguresState(StrEnum):
    """What became of the last run of the pipeline, for one organisation."""

    PUBLISHED = "published"
    HELD_BACK = "held_back"
    FAILED = "failed"


class ImportSource(StrEnum):
    CSV = "CSV"
    PURCHASE = "Purchase"
    MANUAL = "Manual"


class ImportStatus(StrEnum):
    UPLOADED = "uploaded"
    """Handed in for review: waits until its columns are agreed to."""
    PROCESSING = "processing"
    READY = "ready"
    """Every row has its fate and nothing is written: waits for the commit, or to be taken back."""
    COMPLETED = "completed"
    PAUSED = "paused"
    """Something it needs does not answer: goes on where it stopped."""
    FAILED = "failed"
    UNDONE = "undone"


class ImportPhase(StrEnum):
    """What an import does next; a phase that was cut short is begun again."""

    READING = "reading"
    LOCATING = "locating"
    MATCHING = "matching"
    ASSIGNING = "assigning"
    WRITING = "writing"
    COMPLETED = "completed"
    UNDOING = "undoing"
    UNDONE = "undone"


class RowFate(StrEnum):
    """What becomes of a row of an import."""

    NEW = "new"
    SAME = "same"
    """A lead of the base: it fills what is empty there."""
    UNSURE = "unsure"
    """Perhaps a lead of the base, or another row: a person decides."""
    DUPLICATE = "duplicate"
    """Another row of the file stands for it."""
    OUTSIDE = "outside"
    """Not within the importer's territories."""
    REJECTED = "rejected"


class MatchDecision(StrEnum):
    """What a person said of a row that was unsure."""

    SAME = "same"
    NEW = "new"


class HandoffStatus(StrEnum):
    PENDING = "pending"
    QUOTED = "quoted"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class AttachmentState(StrEnum):
    PENDING = "pending"
    """Announced: its bytes have not been looked at yet."""
    STORED = "stored"


class MediaType(StrEnum):
    """What may be attached to a lead."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    WEBP = "image/webp"
    PDF = "application/pdf"


class LocationSource(StrEnum):
    """Where the position of an address came from."""

    FILE = "file"
    PIN = "pin"
    ADDRESS_POINT = "address_point"
    INTERPOLATED = "interpolated"
    GEOCODER = "geocoder"
    ZIP_CENTROID = "zip_centroid"


class AnswerKind(StrEnum):
    """What a geocoder's answer stands for, the most exact first."""

    DOOR = "door"
    INTERPOLATED = "interpolated"
    STREET = "street"
    POSTCODE = "postcode"
    PLACE = "place"


class SlaState(StrEnum):
    """How a lead stands against its due time: judged by the server, shown everywhere else."""

    OVERDUE = "overdue"
    DUE_SOON = "due_soon"
    OK = "ok"
    NONE = "none"


class LeadSort(StrEnum):
    """The orders a list of leads can have."""

    NEWEST = "newest"
    DUE = "due"
    """The longest overdue first; those that owe nothing last."""
    LAST_ACTIVITY = "last_activity"
    """The latest touched first; those never touched last."""
    STAGE_ENTERED = "stage_entered"
    """The longest in their stage first."""


class ConsentChannel(StrEnum):
    """Ways of reaching somebody that need their consent."""

    SMS = "sms"
    EMAIL = "email"
    CALL = "call"


class BulkAction(StrEnum):
    REASSIGN = "reassign"
    STAGE = "stage"
    TAG = "tag"
    UNTAG = "untag"
    CAMPAIGN = "campaign"


class TimelineKind(StrEnum):
    """What a lead's timeline is made of."""

    ACTIVITY = "activity"
    STAGE_CHANGE = "stage_change"
    MESSAGE = "message"
    TASK = "task"


class SkipReason(StrEnum):
    """Why a bulk change, or its undoing, leaves a lead as it is."""

    NOT_FOUND = "not_found"
    READ_ONLY = "read_only"
    ARCHIVED = "archived"
    UNCHANGED = "unchanged"
    """It is so already."""
    ILLEGAL_MOVE = "illegal_move"
    HANDED_OVER = "handed_over"
    """SCHEDULED leads are with onboarding and are moved one at a time."""
    ADDRESS_TAKEN = "address_taken"
    """Another lead is open at its address, so it cannot reopen."""
    TOO_MANY_TAGS = "too_many_tags"
    CHANGED_SINCE = "changed_since"
    """Somebody has changed it since: what they did stays."""

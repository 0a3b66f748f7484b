"""What a reader may meet."""

from __future__ import annotations

from outbound.errors import Unavailable


class NothingPublished(Unavailable):
    """No build has passed its tests for this organisation yet."""

    title = "Nothing published"

    def __init__(self) -> None:
        super().__init__(
            "No figures have been published for this organisation yet; run `outbound pipeline run`, or wait for the "
            "next hourly run."
        )


class MadeByAnotherVersion(Unavailable):
    """The published marts lack what this version asks of them: they were built before it was installed."""

    title = "Figures of another version"

    def __init__(self) -> None:
        super().__init__(
            "The published figures were made by another version of Outbound and lack what is shown here; run "
            "`outbound pipeline run`, or wait for the next hourly run."
        )

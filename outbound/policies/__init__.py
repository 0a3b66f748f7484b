"""An organisation's own rules for its pipeline, as data: the result table and the clocks of the stages."""

"""Doors: postal parts, position, and who may be knocked when. A door outlives its occupants."""

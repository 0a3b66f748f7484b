"""Where reps are during their shifts, and who looked."""

"""Where a door is: from a file's own coordinates down to the middle of a ZIP code, and what each answer is worth."""

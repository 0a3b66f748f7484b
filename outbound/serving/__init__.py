"""What every server of ours has in common: whom it answers, and how many connections it holds for how long."""

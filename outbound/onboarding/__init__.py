"""The hand-off of a scheduled lead to onboarding."""

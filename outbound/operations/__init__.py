"""Running an installation: readiness, keys, backup and restore."""

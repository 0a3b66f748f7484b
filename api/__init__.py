"""The HTTP door: routes a resource, schemas beside; no SQL, no rules."""

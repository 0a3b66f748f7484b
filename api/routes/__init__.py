"""Routes, a file a resource: fetch or answer 404, call one service, shape the answer."""

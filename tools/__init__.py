"""What `make check` asks beyond linting and types."""

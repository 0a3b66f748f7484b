"""What tests of every layer share: a real PostgreSQL, franchises to work on, a browser."""

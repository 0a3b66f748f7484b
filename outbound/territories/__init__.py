"""Territories (REGION, AREA, MICRO) and who works them."""

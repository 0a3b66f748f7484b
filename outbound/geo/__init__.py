"""Space: cells, polygons, which territory a door lies in, map tiles."""

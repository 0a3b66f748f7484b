"""What people may ask of us: to be erased, to take their data along, to be forgotten as an organisation."""

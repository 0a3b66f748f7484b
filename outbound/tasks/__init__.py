"""What people owe a lead, and when."""

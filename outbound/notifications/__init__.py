"""What people are told of inside the program."""

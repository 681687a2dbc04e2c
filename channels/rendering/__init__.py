"""One reply as every messenger shows it: pure, and without any messenger's library."""

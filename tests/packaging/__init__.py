"""How the product gets onto a machine."""

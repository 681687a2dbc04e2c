"""The salon's book: services, staff, branches, shifts."""

"""The chat on the salon's own site: protocol, routes, widget and its texts."""

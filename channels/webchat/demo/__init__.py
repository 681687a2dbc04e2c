"""The demo salon's own site: one page that carries the widget as any salon's site would."""

"""`python -m bots`: the product's command line."""

from __future__ import annotations

from bots.command_line import main

main()

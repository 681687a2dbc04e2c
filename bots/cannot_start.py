"""The one error of starting that is ours to word."""

from __future__ import annotations


class CannotStart(Exception):
    """Why the product cannot do what it was asked, in words for whoever asked."""

"""Tests of Zabota."""

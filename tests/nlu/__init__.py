"""Tests of understanding. Every message here was written for these tests."""

"""Messengers that are not there: servers that speak a messenger's real wire, with a switch for every fault."""

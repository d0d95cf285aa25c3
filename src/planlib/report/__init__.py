"""Editions to executed notebooks to the published site."""

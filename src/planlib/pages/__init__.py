"""Executed notebooks to pages, and the pages of the site around them."""

"""Executed notebooks to pages, and the pages of the site around them."""

# The folder of a site that holds what all its pages share.
STATIC = "_static"

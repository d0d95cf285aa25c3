"""Jupyter kernels, forked from one preloaded process, and papermill running notebooks in them."""

"""Pure analysis: frame in, frame out; no charts, no widgets, no files but the data package."""

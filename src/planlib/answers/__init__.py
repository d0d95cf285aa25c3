"""The sentences with figures in them: each notebook's answer, written from analysis results."""

"""Charts: frame in, Plotly figure out. They compute nothing; a module a noun."""

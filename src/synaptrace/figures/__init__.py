"""One file per figure: `data` returns numbers, `draw` only draws."""

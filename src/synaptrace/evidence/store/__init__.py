"""Published trials and reviews as rows.

`load` reads folders, `check` looks them over, `query` gives the rows of one analysis and those left out, `add` begins and
extends a folder of your own. `schema` holds the columns and the words they may hold.
"""

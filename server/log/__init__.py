"""The log of records as managers meet it: what tablets noticed, the page, and checking it from the command line."""

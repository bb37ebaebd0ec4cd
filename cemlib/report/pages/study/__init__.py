"""The page of a study: its runs, their findings side by side, charts."""

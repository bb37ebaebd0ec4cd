"""The workbooks in class: copies to work on, editions, course pack, learners' files."""

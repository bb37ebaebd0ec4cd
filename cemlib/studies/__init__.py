"""A package for each study: everything about one workbook."""

"""The fictional operator of workbook 04."""

"""The fictional operator of workbook 05."""

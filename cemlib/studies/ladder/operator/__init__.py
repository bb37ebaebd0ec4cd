"""The fictional operator of workbook 02."""

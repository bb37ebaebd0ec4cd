"""The fictional operator of workbook 01."""

"""The fictional operator's tables for workbook 02."""

"""The fictional operator of workbook 06."""

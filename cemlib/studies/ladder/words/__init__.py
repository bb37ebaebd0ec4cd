"""Sentences, tables and findings of workbook 02."""

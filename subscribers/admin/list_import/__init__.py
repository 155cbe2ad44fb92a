"""The pages by which staff import a list: upload, columns, check, import, result."""

"""The pages that readers see: each fetches a book, asks for a page and lays it out."""

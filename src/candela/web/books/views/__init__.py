"""The pages of books: the list, one book, sets of peers, e-mail about changes."""

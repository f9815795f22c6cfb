"""The pages of answers, statements, reviews and evidence."""

"""What do registers say about a study, so that nobody has to type it?

Each module reads one answer or one export, from text that somebody else fetched; only
facts are taken, and no names of people.  What is wrong with an export is said with its
row and column.
"""

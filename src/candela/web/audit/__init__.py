"""What was done, by whom, and is the record whole?"""

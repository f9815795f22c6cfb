"""What does a reader of books see?"""

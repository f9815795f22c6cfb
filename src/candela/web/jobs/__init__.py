"""What is being worked on, and what came of it?"""

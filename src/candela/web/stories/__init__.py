"""What is told of it, to whom, in which document?"""

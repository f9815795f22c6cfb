"""The pages of who answers, and of who types in for somebody."""

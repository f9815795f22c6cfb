"""What did people say, and how is it kept from those who must not know who said it?"""

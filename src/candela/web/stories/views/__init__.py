"""The pages of stories: portfolio, reports, records of people, public stories."""

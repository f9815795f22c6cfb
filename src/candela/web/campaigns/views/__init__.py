"""Pages of campaigns, by what somebody comes to do."""

"""Areas, regions, agencies, units, people, memberships and holidays."""

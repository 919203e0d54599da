"""Commands for the people who work on Tuntas; nothing here is installed with the site."""

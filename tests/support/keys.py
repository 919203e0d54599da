"""A key of no value, for what is sealed in tests."""

import base64

VAULT_KEY = base64.urlsafe_b64encode(b"for tests only, thirty-two bytes").decode()

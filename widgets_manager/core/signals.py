"""Stage: events. The one signal: who may see what has changed.

Sent inside the changing transaction with `tenant_id`, `user_id` (None: every member of the tenant) and `reason`
(`signed_out`, `token_revoked`, `role_changed`, `removed`, `joined`, `password_changed`, `tenant_changed`).
"""

from django.dispatch import Signal

access_changed = Signal()

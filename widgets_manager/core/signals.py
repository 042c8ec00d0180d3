"""Stage: events. The one signal: who may see what has changed.

Sent inside the changing transaction with `tenant_id`, `user_id` (None: every member of the tenant) and `reason`
(`signed_out`, `token_revoked`, `role_changed`, `removed`, `joined`, `password_changed`, `tenant_changed`).
With `signed_out` comes `session_key`, the one session that has ended.
"""

from django.dispatch import Signal

access_changed = Signal()

"""Makes catalogs of forms: identities, shared texts, references and the rules that span entries."""

from errbook.resolver.catalogs import resolve
from errbook.resolver.draft import Source

__all__ = ["Source", "resolve"]

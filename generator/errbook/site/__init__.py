"""From localized pages to a published site: stage, build, finish, publish."""

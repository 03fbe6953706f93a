"""An open line to a CRM, and its secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadlight.crm.declaration import Auth, Declaration
    from leadlight.facts.crm_line import CrmLine


def crm_line(declaration: Declaration, connection: str, url: str) -> CrmLine:
    """An open line to a CRM. Raises `CannotDo` where a secret or a package is missing."""
    from leadlight.adapters.crm.open_line import open_line

    return open_line(declaration, connection, url)


def must_be_safe(url: str) -> None:
    """Raises `CannotDo` where a secret would go over the network in the open."""
    from leadlight.adapters.crm.open_line import must_be_safe

    must_be_safe(url)


def secret_variables(connection: str, auth: Auth) -> tuple[str, ...]:
    """The variables of the environment that hold a connection's secrets."""
    from leadlight.adapters.crm.credentials import variable_of

    return tuple(variable_of(connection, n) for n in auth.secrets)


def keep_secret(connection: str, secret: str, value: str) -> None:
    """Keep a secret in the keyring of this computer."""
    from leadlight.adapters.crm.credentials import keep_secret

    keep_secret(connection, secret, value)


def drop_secrets(connection: str, auth: Auth) -> None:
    """Take a connection's secrets out of the keyring."""
    from leadlight.adapters.crm.credentials import drop_secrets

    drop_secrets(connection, auth)

"""The people who may log in, and their roles."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, Group, User
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from leadlight.problems import CannotDo, did_you_mean
from leadlight.results.access import PersonLine
from leadlight.server.access.audit import plain
from leadlight.server.scopes import ROLES, scopes_of

_LONGEST_NAME = 150


def roles_of(person: User | AnonymousUser) -> frozenset[str]:
    """The roles of somebody; none of who is not logged in, or was shut out."""
    if not person.is_authenticated or not person.is_active:
        return frozenset()
    roles = frozenset(person.groups.values_list("name", flat=True))
    return roles | {"admin"} if person.is_superuser else roles


def scopes_of_person(person: User | AnonymousUser) -> frozenset[str]:
    """What somebody may do."""
    return scopes_of(roles_of(person))


def give_role(person: User, role: str) -> None:
    """Give somebody a role, and no other. An admin may use the pages of the administration."""
    if role not in ROLES:
        hint = did_you_mean(role, ROLES) or f"The roles are {', '.join(ROLES)}."
        raise CannotDo(f"There is no role {role!r}. {hint}", field="role")
    person.groups.set([Group.objects.get_or_create(name=role)[0]])
    person.is_staff = person.is_superuser = role == "admin"
    person.save()


def add_person(name: str, password: str, role: str) -> User:
    """Somebody new who may log in. Raises `CannotDo` for a name that is taken, a weak password and
    a role that does not exist.
    """
    person = _person(name)
    try:
        validate_password(password, person)
    except ValidationError as fault:
        raise CannotDo(" ".join(fault.messages), field="password") from None
    person.set_password(password)
    return _keep(person, role)


def invite_person(name: str, role: str) -> User:
    """Somebody new who has no password yet: a link lets them choose one. Raises `CannotDo` for a
    name that is taken and a role that does not exist.
    """
    person = _person(name)
    person.set_unusable_password()
    return _keep(person, role)


def _person(name: str) -> User:
    """Somebody new by a name that may be one."""
    try:
        User.username_validator(name)
    except ValidationError as fault:
        raise CannotDo(" ".join(fault.messages), field="name") from None
    if len(name) > _LONGEST_NAME:
        raise CannotDo(f"A name has at most {_LONGEST_NAME} characters.", field="name")
    return User(username=name)


def _keep(person: User, role: str) -> User:
    name = person.get_username()
    try:
        with transaction.atomic():
            person.save()
            give_role(person, role)
    except IntegrityError:
        raise CannotDo(f"There is a user {name!r} already.", field="name") from None
    return person


def find_person(name: str) -> User:
    """Somebody who may log in. Raises `CannotDo` where nobody is called so."""
    try:
        person: User = User.objects.get(username=name)
    except User.DoesNotExist:
        names = User.objects.values_list("username", flat=True)
        hint = did_you_mean(name, names) or ""
        raise CannotDo(f"There is no user {name!r}. {hint}".strip(), field="name") from None
    return person


def shut_out(person: User) -> None:
    """Somebody may no longer log in, and is logged out by it; what they did stays in the log."""
    person.is_active = False
    person.save()


def let_in(person: User) -> None:
    """Somebody who was shut out may log in again."""
    person.is_active = True
    person.save()


def list_people() -> list[User]:
    """Everybody who may log in, and who may no longer, by name."""
    return list(User.objects.order_by("username").prefetch_related("groups"))


def person_line(person: User) -> PersonLine:
    """Somebody as they are listed."""
    roles = tuple(sorted(group.name for group in person.groups.all()))  # as they were fetched
    seen = person.last_login and plain(person.last_login)
    return PersonLine(person.get_username(), roles, person.is_active, seen)

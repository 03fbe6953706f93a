-- Persons who were forgotten: what an import is compared with, so that nobody comes back with an old export.

-- A row for each id and each address of a person. It holds no data of theirs: a salted hash tells whether a value is
-- the same, and not what it is.
CREATE TABLE forgotten (
    what        VARCHAR NOT NULL,     -- lead, address
    salt        VARCHAR NOT NULL,
    hash        VARCHAR NOT NULL,     -- SHA-256 of the salt, `what`, a colon and the value, as hexadecimal digits
    recorded_at TIMESTAMP NOT NULL,
    "by"        VARCHAR NOT NULL,
    why         VARCHAR NOT NULL
);

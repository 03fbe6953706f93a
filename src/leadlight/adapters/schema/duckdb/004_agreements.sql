-- Who agreed to which rules: dated facts about the playbook, to which is only added.

-- A row for each playbook that was published. The text is kept as it was, comments included, and is what runs.
CREATE TABLE versions (
    version     INTEGER NOT NULL,     -- 1, 2, 3 in the order of publishing
    fingerprint VARCHAR NOT NULL,
    name        VARCHAR NOT NULL,
    text        VARCHAR NOT NULL,
    needs       VARCHAR NOT NULL,     -- the roles that must sign it, joined by commas
    author      VARCHAR NOT NULL,
    note        VARCHAR NOT NULL,
    wished_from TIMESTAMP,            -- not in force before; NULL: as soon as it is signed
    recorded_at TIMESTAMP NOT NULL
);

-- A row for each signature: it names what was signed by its fingerprint.
CREATE TABLE sign_offs (
    version     INTEGER NOT NULL,
    fingerprint VARCHAR NOT NULL,
    role        VARCHAR NOT NULL,
    "by"        VARCHAR NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

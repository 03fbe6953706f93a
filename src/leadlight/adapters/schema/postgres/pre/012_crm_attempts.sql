-- The table of schema/duckdb/012_crm_attempts.sql, with the key that is only promised there.

CREATE TABLE crm_attempts (
    fact_no     BIGINT PRIMARY KEY,
    connection  TEXT COLLATE "C" NOT NULL,
    verb        TEXT COLLATE "C" NOT NULL,
    code        TEXT COLLATE "C" NOT NULL,
    status      TEXT COLLATE "C" NOT NULL,
    recorded_at TIMESTAMP NOT NULL
);

-- What was read and written before is known by what it left.
INSERT INTO crm_attempts
SELECT row_number() OVER (ORDER BY connection, verb), connection, verb, '', '', recorded_at
FROM (
    SELECT connection, 'sync' AS verb, max(recorded_at) AS recorded_at FROM crm_positions GROUP BY connection
    UNION ALL
    SELECT connection, 'push', max(recorded_at) FROM push_facts WHERE state = 'written' GROUP BY connection
) AS seen;

-- How each reading of a CRM and each writing to it ended: dated facts, to which is only added. No secret and no sentence of a
-- CRM is kept here.

CREATE TABLE crm_attempts (
    fact_no     BIGINT NOT NULL,
    connection  VARCHAR NOT NULL,
    verb        VARCHAR NOT NULL,     -- sync, push
    code        VARCHAR NOT NULL,     -- why it failed; empty: it did not
    status      VARCHAR NOT NULL,     -- the CRM's own word for that, if it is one
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

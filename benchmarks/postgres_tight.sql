-- The 40 reference rules, written and tuned by hand for PostgreSQL on the flat tables leads and activities.
--  * an activity is mapped once to at most two small rule numbers; two narrow groupings; a reason is one integer key;
--  * regular expressions run on distinct job titles; OFFSET '0' keeps a step's columns from being worked out again by its readers,
--    and lets several processes share the scan.
WITH ev AS (
  SELECT lead_id, r1, r2, floor(pow(2.0::float8, age / -2592000.0::float8) * 1e9::float8 + 0.5)::bigint AS w FROM (
    SELECT lead_id, age, CASE kind
      WHEN 'page_view' THEN CASE WHEN age < 7776000 THEN 1 END   WHEN 'email_open' THEN CASE WHEN age < 5184000 THEN 7 END
      WHEN 'login' THEN CASE WHEN age < 3888000 THEN 17 END      WHEN 'email_click' THEN CASE WHEN age < 5184000 THEN 8 END
      WHEN 'ad_click' THEN CASE WHEN age < 2592000 AND channel IN ('search', 'social') THEN 20 END
      WHEN 'download' THEN CASE WHEN age < 10368000 THEN 9 END   WHEN 'form_submit' THEN CASE WHEN age < 7776000 THEN 14 END
      WHEN 'webinar_registered' THEN CASE WHEN age < 7776000 THEN 11 END WHEN 'chat' THEN CASE WHEN age < 5184000 THEN 18 END
      WHEN 'webinar_attended' THEN CASE WHEN age < 10368000 THEN 12 END  WHEN 'unsubscribed' THEN CASE WHEN age < 31536000 THEN 21 END
      WHEN 'bounced' THEN CASE WHEN age < 15552000 THEN 22 END   WHEN 'demo_request' THEN CASE WHEN age < 7776000 THEN 15 END
      WHEN 'trial_start' THEN CASE WHEN age < 5184000 THEN 16 END WHEN 'meeting_booked' THEN CASE WHEN age < 10368000 THEN 19 END
      END AS r1,
      CASE WHEN kind = 'page_view' THEN
        CASE WHEN url IS NULL OR age >= 7776000 THEN NULL
             WHEN url LIKE '/careers%' THEN 4 WHEN url LIKE '%case-stud%' THEN 6 WHEN age >= 5184000 THEN NULL
             WHEN url LIKE '/product/%' THEN 3 WHEN url LIKE '/docs/%' THEN 5 WHEN url LIKE '/pricing%' THEN 2 END
      WHEN kind = 'download' THEN CASE WHEN age < 10368000 AND product IN ('enterprise', 'platform') AND url LIKE '%.pdf' THEN 10 END
      WHEN kind = 'webinar_attended' THEN CASE WHEN age < 10368000 AND value >= 30 THEN 13 END END AS r2
    FROM (SELECT lead_id, kind, url, product, channel, value, date_part('epoch', TIMESTAMP '{as_of}') - date_part('epoch', occurred_at) AS age
          FROM activities
          WHERE occurred_at <= TIMESTAMP '{as_of}' AND occurred_at > TIMESTAMP '{as_of}' - INTERVAL '365 days'
            AND (occurred_at > TIMESTAMP '{as_of}' - INTERVAL '120 days' OR kind IN ('unsubscribed', 'bounced'))
            AND kind NOT IN ('email_sent', 'proposal_viewed', 'social_like')
          OFFSET '0') a
    OFFSET '0') n
  WHERE r1 IS NOT NULL
  OFFSET '0'
), lr AS (
  SELECT lead_id, r, sum(w)::bigint AS s
  FROM (SELECT lead_id, CASE i WHEN 1 THEN r1 ELSE r2 END AS r, w FROM ev CROSS JOIN (VALUES (1), (2)) v (i)) h
  WHERE r IS NOT NULL GROUP BY lead_id, r
), lv AS (
  SELECT lead_id, r, least((ARRAY[100, 600, 300, 800, 200, 400, 100, 400, 600, 500, 600, 1200, 600, 800, 3000, 2500, 200, 500, 2500, 200, 2500, 1500])[r] * s,
    (ARRAY[10, 18, 12, 16, 8, 12, 5, 16, 18, 10, 12, 24, 12, 16, 45, 25, 20, 15, 50, 6, 25, 30])[r] * 100000000000) AS v FROM lr
  OFFSET '0'
), eng AS (
  SELECT lead_id, greatest(0, sum(CASE WHEN r IN (4, 21, 22) THEN -v ELSE v END)::bigint)::float8 / 1e11::float8 AS engagement,
    bool_or(r = 19) AS met, bool_or(r NOT IN (4, 21, 22)) AS active,
    (array_agg((v + 500000000) / 1000000000 * 64 + (46 - r) ORDER BY (v + 500000000) / 1000000000 * 64 + (46 - r) DESC))[1:3] AS ks
  FROM lv GROUP BY lead_id
), titles AS (
  SELECT job_title,
    CASE WHEN t ~ '\m(ceo|cto|cfo|cmo|chief|founder|owner)\M' THEN 20 ELSE 0 END AS f08,
    CASE WHEN t ~ '\m(vp|director|head)\M' THEN 15 ELSE 0 END AS f09,
    CASE WHEN t LIKE '%manager%' THEN 8 ELSE 0 END AS f10,
    CASE WHEN t ~ '\m(student|intern)\M' THEN -25 ELSE 0 END AS f11
  FROM (SELECT job_title, lower(job_title) AS t FROM (SELECT DISTINCT job_title FROM leads WHERE job_title IS NOT NULL) d OFFSET '0') d
  OFFSET '0'
), l0 AS (
  SELECT lead_id, industry, employees, consent, phone,
    CASE WHEN email COLLATE "C" ~ '^[^@ \t\n\f\r]+@[^@ \t\n\f\r]+\.[^@ \t\n\f\r]+$' AND email <> 'test@test.com' THEN lower(split_part(email, '@', 2)) END AS dom,
    CASE WHEN industry IN ('software', 'saas', 'fintech') THEN 15 ELSE 0 END AS f01,
    CASE WHEN industry IN ('manufacturing', 'healthcare', 'logistics') THEN 8 ELSE 0 END AS f02,
    CASE WHEN employees >= 50 AND employees < 1000 THEN 12 ELSE 0 END AS f03,
    CASE WHEN employees >= 1000 THEN 18 ELSE 0 END AS f04,
    CASE WHEN revenue >= 10000000 THEN 10 ELSE 0 END AS f05,
    CASE WHEN country IN ('US', 'CA', 'GB', 'DE', 'NL') THEN 10 ELSE 0 END AS f06,
    CASE WHEN country IN ('FR', 'ES', 'IT', 'SE') THEN 5 ELSE 0 END AS f07,
    coalesce(f08, 0) AS f08, coalesce(f09, 0) AS f09, coalesce(f10, 0) AS f10, coalesce(f11, 0) AS f11,
    CASE WHEN source IN ('referral', 'partner') THEN 10 ELSE 0 END AS f13,
    CASE WHEN source = 'purchased_list' THEN -15 ELSE 0 END AS f14,
    CASE WHEN budget >= 50000 THEN 12 ELSE 0 END AS f15,
    CASE WHEN authority = 'decision_maker' THEN 12 ELSE 0 END AS f16,
    CASE WHEN timeline IN ('now', 'this_quarter') THEN 10 ELSE 0 END AS f17,
    25 * ((coalesce(budget, 0) > 0)::int + (coalesce(authority, 'none') <> 'none')::int
          + (coalesce(trim(need), '') <> '')::int + (timeline IS NOT NULL)::int) AS bant,
    coalesce(engagement, 0) AS engagement, coalesce(met, false) AS met, coalesce(active, false) AS active,
    coalesce(ks[1], 0) AS k1, coalesce(ks[2], 0) AS k2, coalesce(ks[3], 0) AS k3
  FROM leads LEFT JOIN titles USING (job_title) LEFT JOIN eng USING (lead_id)
  OFFSET '0'
), l1 AS (
  SELECT *, CASE WHEN dom IN ('gmail.com', 'yahoo.com', 'outlook.com', 'hotmail.com') THEN -10 ELSE 0 END AS f12,
            CASE WHEN dom IN ('rival.com', 'rival.io', 'rival.de', 'rival.co.uk') THEN -50 ELSE 0 END AS f18
  FROM l0 OFFSET '0'
), l2 AS (
  SELECT lead_id, consent, bant, engagement, met, active, k1, k2, k3,
    CASE WHEN dom IS NULL THEN coalesce(length(regexp_replace(phone, '[^0-9]', '', 'g')), 0) < 7 ELSE false END AS empty,
    f18 < 0 OR f11 < 0 AS dq, industry IS NOT NULL AND coalesce(employees, 0) >= 10 AS ok,
    least(100, greatest(0, f01+f02+f03+f04+f05+f06+f07+f08+f09+f10+f11+f12+f13+f14+f15+f16+f17+f18)) AS fit,
    {keys}
  FROM l1 OFFSET '0'
), l3 AS (SELECT *, fit >= 30 AND ok AND NOT dq AS target, greatest({all}) AS g1 FROM l2 OFFSET '0'),
l4 AS (SELECT *, greatest({below_g1}) AS g2 FROM l3 OFFSET '0'),
l5 AS (SELECT *, greatest({below_g2}) AS g3 FROM l4 OFFSET '0'),
c AS (
  SELECT *, CASE WHEN engagement >= 30 OR (engagement >= 20 AND bant >= 75) THEN 'hot' WHEN engagement >= 8 THEN 'warm' ELSE 'cold' END AS temperature,
    greatest(g1, k1) AS m1,
    greatest(least(g1, k1), greatest(g2, k2)) AS m2,
    greatest(least(g1, k2), least(g2, k1), g3, k3) AS m3
  FROM l5 OFFSET '0'
)
SELECT lead_id, fit, engagement, bant, target, empty, temperature,
  CASE WHEN empty THEN 'empty' WHEN dq THEN 'disqualified' WHEN met AND target THEN 'opportunity'
       WHEN temperature = 'hot' AND target AND bant >= 50 THEN 'sql' WHEN temperature <> 'cold' AND target THEN 'mql'
       WHEN active THEN 'engaged' WHEN consent THEN 'subscriber' ELSE 'raw' END AS stage,
  {reasons} AS reasons
FROM c

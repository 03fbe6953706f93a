-- Leads are found by their ids here since the first version (post/001): the number keeps both schemas of one version.
SELECT 1;

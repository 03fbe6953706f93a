-- A server keeps ids as they are, and finds them by its indexes: the number keeps both schemas of one version.
SELECT 1;

SELECT DISTINCT ON (a) a, b AS c FROM notes n LEFT JOIN shared s ON s.name = n.title ORDER BY a, b DESC NULLS LAST
SELECT a, rank() OVER (PARTITION BY b ORDER BY c ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM notes
SELECT count(*) FILTER (WHERE a > 1), string_agg(b, ', ' ORDER BY b) FROM notes GROUP BY ROLLUP (a) HAVING count(*) > 1
SELECT CASE a WHEN 1 THEN 'x' ELSE 'y' END, coalesce(b, 'z'), nullif(a, 1), greatest(a, 2) FROM notes
SELECT * FROM notes WHERE a IN (1, 2) AND b BETWEEN 1 AND 2 AND c IS NOT DISTINCT FROM d AND e LIKE 'x%' ESCAPE '!'
SELECT extract(year FROM a), date_trunc('day', a), a AT TIME ZONE 'UTC', a + interval '1 day' FROM notes
SELECT substring(a FROM 2 FOR 3), position('x' IN a), trim(BOTH ' ' FROM a), overlay(a PLACING 'x' FROM 1) FROM notes
SELECT data->'a'->>'b', data @> '{"c": 1}', data ? 'd', jsonb_set(data, '{a}', '1') FROM notes
SELECT t.tag FROM notes n, unnest(n.tags) WITH ORDINALITY AS t(tag, at) WHERE n.tags && ARRAY['a', 'b']
SELECT (SELECT max(x.a) FROM shared x WHERE x.b = n.b) FROM notes n WHERE EXISTS (SELECT FROM shared) LIMIT 5 OFFSET 2
SELECT a FROM notes UNION ALL (SELECT b FROM shared ORDER BY 1 LIMIT 1) EXCEPT SELECT c FROM notes
WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 5) SELECT sum(n) FROM t
INSERT INTO notes AS n (a, b) SELECT x, $1 FROM generate_series(1, 3) x ON CONFLICT (a) DO UPDATE SET b = excluded.b
UPDATE notes SET (a, b) = (SELECT 1, 2), c = DEFAULT FROM shared s WHERE s.name = notes.title RETURNING notes.*, s.count
UPDATE notes SET a = 1 WHERE id = (SELECT id FROM notes ORDER BY a FOR UPDATE SKIP LOCKED LIMIT 1) RETURNING id
DELETE FROM notes n USING shared s WHERE s.name = n.title AND NOT (n.done IS TRUE)
SELECT -1, +2.5, 1e3, 'a' || 'b', E'\n', true AND NOT false, CAST('1' AS int), '2'::numeric(5, 2), (n.tags)[1] FROM notes n
VALUES (1, 'a'), (2, 'b')

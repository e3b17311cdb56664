-- A day as the list of it shows it, without what was painted or answered.
-- name: DayVisits :many
SELECT v.id, v.client_id, v.therapist_id, v.starts_at, v.zone, v.state, c.name, c.called
FROM visits v
JOIN clients c ON c.practice_id = v.practice_id AND c.id = v.client_id
WHERE v.practice_id = $1 AND c.practice_id = $1 AND v.starts_at >= $2 AND v.starts_at < $3
ORDER BY v.starts_at, v.id;

-- name: DayConsents :many
SELECT k.id, k.client_id, k.kind, k.act, k.edition, k.at
FROM consents k
WHERE k.practice_id = $1 AND k.client_id IN (
    SELECT v.client_id
    FROM visits v
    WHERE v.practice_id = $1 AND v.starts_at >= $2 AND v.starts_at < $3
)
ORDER BY k.at, k.id;

-- name: UnsignedVisits :many
SELECT v.id, v.client_id, v.therapist_id, v.starts_at, v.zone, v.state, c.name, c.called
FROM visits v
JOIN clients c ON c.practice_id = v.practice_id AND c.id = v.client_id
LEFT JOIN notes n ON n.practice_id = v.practice_id AND n.visit_id = v.id
WHERE v.practice_id = $1 AND c.practice_id = $1 AND v.state IN ('ended', 'started') AND v.starts_at < $2 AND (n.signed_at IS NULL OR n.signed_at = 0)
ORDER BY v.starts_at, v.id
LIMIT $3;

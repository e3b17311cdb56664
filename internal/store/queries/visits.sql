-- name: AddVisit :exec
INSERT INTO visits (practice_id, id, client_id, therapist_id, starts_at, zone, state, input, asked, verdict, plan, created_at, updated_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, FALSE, '', '', $9, $9, 1);

-- name: Visit :one
SELECT practice_id, id, client_id, therapist_id, starts_at, zone, state, input, asked, verdict, plan, intake, created_at, updated_at, version
FROM visits
WHERE practice_id = $1 AND id = $2;

-- name: ChangeVisit :execrows
UPDATE visits
SET state = $3, input = $4, asked = $5, verdict = $6, plan = $7, intake = $8, updated_at = $9, starts_at = $10, therapist_id = $11, version = version + 1
WHERE practice_id = $1 AND id = $2 AND version = $12;

-- name: MoveVisit :execrows
UPDATE visits
SET client_id = $3, updated_at = $4, version = version + 1
WHERE practice_id = $1 AND id = $2 AND version = $5;

-- name: VisitsOf :many
SELECT practice_id, id, client_id, therapist_id, starts_at, zone, state, input, asked, verdict, plan, intake, created_at, updated_at, version
FROM visits
WHERE practice_id = $1 AND client_id = $2
ORDER BY starts_at DESC, id DESC
LIMIT $3;

-- name: AddLift :exec
INSERT INTO lifts (practice_id, id, visit_id, member_id, level, reason, at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- A lift that was taken back stays in the record, with the time.
-- name: UndoLifts :execrows
UPDATE lifts
SET undone_at = $3
WHERE practice_id = $1 AND visit_id = $2 AND undone_at = 0;

-- name: LiftsOf :many
SELECT practice_id, id, visit_id, member_id, level, reason, at, undone_at
FROM lifts
WHERE practice_id = $1 AND visit_id = $2
ORDER BY at, id;

-- name: AddSessionEvent :execrows
INSERT INTO session_events (practice_id, id, visit_id, body, received_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (practice_id, id) DO NOTHING;

-- name: SessionEvents :many
SELECT practice_id, id, visit_id, body, received_at
FROM session_events
WHERE practice_id = $1 AND visit_id = $2
ORDER BY received_at, id;

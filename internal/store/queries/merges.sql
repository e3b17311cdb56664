-- What belongs to a client, moved to another entry of the same person, and back row by row.

-- name: MoveVisitsOf :many
UPDATE visits
SET client_id = $3, version = version + 1
WHERE practice_id = $1 AND client_id = $2
RETURNING id;

-- name: MoveVisitBack :execrows
UPDATE visits
SET client_id = $3, version = version + 1
WHERE practice_id = $1 AND id = $2 AND client_id = $4;

-- name: MoveConsentsOf :many
UPDATE consents
SET client_id = $3
WHERE practice_id = $1 AND client_id = $2
RETURNING id;

-- name: MoveConsentBack :execrows
UPDATE consents
SET client_id = $3
WHERE practice_id = $1 AND id = $2 AND client_id = $4;

-- name: MoveMeasuresOf :many
UPDATE measures
SET client_id = $3
WHERE practice_id = $1 AND client_id = $2
RETURNING id;

-- name: MoveMeasureBack :execrows
UPDATE measures
SET client_id = $3
WHERE practice_id = $1 AND id = $2 AND client_id = $4;

-- name: MoveIncidentsOf :many
UPDATE incidents
SET client_id = $3, version = version + 1
WHERE practice_id = $1 AND client_id = $2
RETURNING id;

-- name: MoveIncidentBack :execrows
UPDATE incidents
SET client_id = $3, version = version + 1
WHERE practice_id = $1 AND id = $2 AND client_id = $4;

-- name: MoveAlertsOf :many
UPDATE alerts
SET client_id = $3
WHERE practice_id = $1 AND client_id = $2
RETURNING id;

-- name: MoveAlertBack :execrows
UPDATE alerts
SET client_id = $3
WHERE practice_id = $1 AND id = $2 AND client_id = $4;

-- name: MoveFilesOf :many
UPDATE files
SET client_id = $3
WHERE practice_id = $1 AND client_id = $2
RETURNING id;

-- name: MoveFileBack :execrows
UPDATE files
SET client_id = $3
WHERE practice_id = $1 AND id = $2 AND client_id = $4;

-- name: MoveLinksOf :many
UPDATE links
SET client_id = $3
WHERE practice_id = $1 AND client_id = $2
RETURNING id;

-- name: MoveLinkBack :execrows
UPDATE links
SET client_id = $3
WHERE practice_id = $1 AND id = $2 AND client_id = $4;

-- What was said at a visit goes where the visit has gone. A link went to somebody else's
-- phone: it opens nothing any more.

-- name: ConsentsFollowVisit :execrows
UPDATE consents
SET client_id = $3
WHERE practice_id = $1 AND visit_id = $2 AND client_id <> $3;

-- name: MeasuresFollowVisit :execrows
UPDATE measures
SET client_id = $3
WHERE practice_id = $1 AND visit_id = $2 AND client_id <> $3;

-- name: IncidentsFollowVisit :execrows
UPDATE incidents
SET client_id = $3, version = version + 1
WHERE practice_id = $1 AND visit_id = $2 AND client_id <> $3;

-- name: AlertsFollowVisit :execrows
UPDATE alerts
SET client_id = $3
WHERE practice_id = $1 AND visit_id = $2 AND client_id <> $3;

-- name: RemoveStrayLinks :execrows
DELETE FROM links
WHERE practice_id = $1 AND visit_id = $2 AND client_id <> $3;

-- name: AddMerge :exec
INSERT INTO merges (practice_id, id, from_id, into_id, moved, member_id, at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: Merge :one
SELECT practice_id, id, from_id, into_id, moved, member_id, at, undone_at
FROM merges
WHERE practice_id = $1 AND id = $2;

-- name: MergesOf :many
SELECT practice_id, id, from_id, into_id, moved, member_id, at, undone_at
FROM merges
WHERE practice_id = $1 AND into_id = $2
ORDER BY at DESC, id DESC;

-- name: UndoMerge :execrows
UPDATE merges
SET undone_at = $3
WHERE practice_id = $1 AND id = $2 AND undone_at = 0;

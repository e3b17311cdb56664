-- name: AddMeasure :exec
INSERT INTO measures (practice_id, id, client_id, visit_id, instrument, place, moment, answers, actor, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (practice_id, id) DO NOTHING;

-- name: SetMeasure :exec
INSERT INTO measures (practice_id, id, client_id, visit_id, instrument, place, moment, answers, actor, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
ON CONFLICT (practice_id, id) DO UPDATE SET moment = excluded.moment, answers = excluded.answers, actor = excluded.actor, at = excluded.at;

-- name: DropMeasure :execrows
DELETE FROM measures
WHERE practice_id = $1 AND id = $2;

-- name: Measures :many
SELECT practice_id, id, client_id, visit_id, instrument, place, moment, answers, actor, at
FROM measures
WHERE practice_id = $1 AND client_id = $2
ORDER BY at, id;

-- name: AddCheckin :exec
INSERT INTO checkins (practice_id, id, visit_id, moment, due_at, answers)
VALUES ($1, $2, $3, $4, $5, '')
ON CONFLICT (practice_id, visit_id, moment) DO NOTHING;

-- name: CheckinsOf :many
SELECT practice_id, id, visit_id, moment, due_at, answered_at, answers
FROM checkins
WHERE practice_id = $1 AND visit_id = $2
ORDER BY due_at, id;

-- name: Checkin :one
SELECT practice_id, id, visit_id, moment, due_at, answered_at, answers
FROM checkins
WHERE practice_id = $1 AND id = $2;

-- name: CheckinsOfClient :many
SELECT k.practice_id, k.id, k.visit_id, k.moment, k.due_at, k.answered_at, k.answers
FROM checkins k
JOIN visits v ON v.practice_id = k.practice_id AND v.id = k.visit_id
WHERE k.practice_id = $1 AND v.client_id = $2
ORDER BY k.due_at, k.id;

-- name: AnswerCheckin :execrows
UPDATE checkins
SET answered_at = $3, answers = $4
WHERE practice_id = $1 AND id = $2;

-- name: AddIncident :exec
INSERT INTO incidents (practice_id, id, client_id, visit_id, kind, onset_hours, severity, action, words, member_id, at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1);

-- name: Incidents :many
SELECT practice_id, id, client_id, visit_id, kind, onset_hours, severity, action, words, resolved_at, member_id, at, version
FROM incidents
WHERE practice_id = $1
ORDER BY at DESC, id DESC
LIMIT $2;

-- name: IncidentsOf :many
SELECT practice_id, id, client_id, visit_id, kind, onset_hours, severity, action, words, resolved_at, member_id, at, version
FROM incidents
WHERE practice_id = $1 AND client_id = $2
ORDER BY at DESC, id DESC;

-- name: Incident :one
SELECT practice_id, id, client_id, visit_id, kind, onset_hours, severity, action, words, resolved_at, member_id, at, version
FROM incidents
WHERE practice_id = $1 AND id = $2;

-- name: SetIncidentResolved :execrows
UPDATE incidents
SET resolved_at = $3, version = version + 1
WHERE practice_id = $1 AND id = $2 AND version = $4;

-- name: AddAlert :exec
INSERT INTO alerts (practice_id, id, kind, client_id, visit_id, words, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (practice_id, id) DO NOTHING;

-- name: Alert :one
SELECT practice_id, id, kind, client_id, visit_id, words, at, done_at, done_by
FROM alerts
WHERE practice_id = $1 AND id = $2;

-- name: OpenAlerts :many
SELECT practice_id, id, kind, client_id, visit_id, words, at, done_at, done_by
FROM alerts
WHERE practice_id = $1 AND done_at = 0
ORDER BY at DESC, id DESC
LIMIT $2;

-- name: CountOpenAlerts :one
SELECT COUNT(*)
FROM alerts
WHERE practice_id = $1 AND done_at = 0;

-- What a substitute sees of them: those about nobody, and about the clients they were given.
-- name: CountGrantedAlerts :one
SELECT COUNT(*)
FROM alerts
WHERE alerts.practice_id = $1 AND alerts.done_at = 0 AND (alerts.client_id IS NULL OR EXISTS (
    SELECT g.id
    FROM grants g
    WHERE g.practice_id = $1 AND g.member_id = $2 AND g.client_id = alerts.client_id AND g.until_at > $3
));

-- name: AlertsOf :many
SELECT practice_id, id, kind, client_id, visit_id, words, at, done_at, done_by
FROM alerts
WHERE practice_id = $1 AND client_id = $2
ORDER BY at, id;

-- name: SetAlertDone :execrows
UPDATE alerts
SET done_at = $3, done_by = $4
WHERE practice_id = $1 AND id = $2;

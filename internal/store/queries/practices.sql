-- name: AddPractice :exec
INSERT INTO practices (practice_id, name, zone, settings, demo, created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, 1);

-- name: Practice :one
SELECT practice_id, name, zone, settings, demo, created_at, version
FROM practices
WHERE practice_id = $1;

-- Practices are few: one installation serves one, or a group of them.
-- name: Practices :many
SELECT practice_id, name, zone, settings, demo, created_at, version
FROM practices
ORDER BY practice_id;

-- name: ChangePractice :execrows
UPDATE practices
SET name = $2, zone = $3, settings = $4, version = version + 1
WHERE practice_id = $1 AND version = $5;

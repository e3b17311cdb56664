-- name: AddClient :exec
INSERT INTO clients (practice_id, id, name, called, born, email, phone, search, profile, hold, created_at, updated_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $10, 1);

-- name: Client :one
SELECT practice_id, id, name, called, born, email, phone, search, profile, hold, created_at, updated_at, archived_at, erased_at, merged_into, version
FROM clients
WHERE practice_id = $1 AND id = $2;

-- name: ChangeClient :execrows
UPDATE clients
SET name = $3, called = $4, born = $5, email = $6, phone = $7, search = $8, profile = $9, hold = $10, updated_at = $11,
    archived_at = $12, erased_at = $13, merged_into = $14, version = version + 1
WHERE practice_id = $1 AND id = $2 AND version = $15;

-- The pattern is folded as the search column is, with % and _ escaped by !.
-- name: FindClients :many
SELECT practice_id, id, name, called, born, email, phone, search, profile, hold, created_at, updated_at, archived_at, erased_at, merged_into, version
FROM clients
WHERE practice_id = $1 AND merged_into IS NULL AND erased_at = 0 AND search LIKE CAST($2 AS TEXT) ESCAPE '!'
ORDER BY search COLLATE "C", id
LIMIT $3;

-- name: ClientsMergedInto :many
SELECT id
FROM clients
WHERE practice_id = $1 AND merged_into = $2
ORDER BY id;

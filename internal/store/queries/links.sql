-- name: AddLink :exec
INSERT INTO links (practice_id, id, purpose, secret, client_id, visit_id, member_id, created_by, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: LinkBySecret :one
SELECT practice_id, id, purpose, secret, client_id, visit_id, member_id, created_by, created_at, expires_at, opened_at, done_at, revoked_at
FROM links
WHERE practice_id = $1 AND secret = $2;

-- name: LinksOfClient :many
SELECT practice_id, id, purpose, secret, client_id, visit_id, member_id, created_by, created_at, expires_at, opened_at, done_at, revoked_at
FROM links
WHERE practice_id = $1 AND client_id = $2
ORDER BY created_at DESC, id DESC
LIMIT $3;

-- name: LinksOfMember :many
SELECT practice_id, id, purpose, secret, client_id, visit_id, member_id, created_by, created_at, expires_at, opened_at, done_at, revoked_at
FROM links
WHERE practice_id = $1 AND member_id = $2
ORDER BY created_at DESC, id DESC;

-- name: OpenLink :execrows
UPDATE links
SET opened_at = $3
WHERE practice_id = $1 AND id = $2 AND opened_at = 0;

-- name: FinishLink :execrows
UPDATE links
SET done_at = $3
WHERE practice_id = $1 AND id = $2 AND done_at = 0 AND revoked_at = 0;

-- name: RevokeLink :execrows
UPDATE links
SET revoked_at = $3
WHERE practice_id = $1 AND id = $2 AND revoked_at = 0;

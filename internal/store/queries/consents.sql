-- name: AddConsent :exec
INSERT INTO consents (practice_id, id, client_id, visit_id, kind, act, edition, words, scope, signed_name, signature, guardian, actor, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: Consents :many
SELECT practice_id, id, client_id, visit_id, kind, act, edition, words, scope, signed_name, signature, guardian, actor, at
FROM consents
WHERE practice_id = $1 AND client_id = $2
ORDER BY at, id;

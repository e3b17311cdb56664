-- name: AddAuditHead :exec
INSERT INTO audit_heads (practice_id, seq, digest)
VALUES ($1, 0, $2);

-- Takes the chain: a second writer waits here until the first has committed.
-- name: TakeAuditHead :one
UPDATE audit_heads
SET seq = seq + 1
WHERE practice_id = $1
RETURNING seq, digest;

-- name: SetAuditHead :execrows
UPDATE audit_heads
SET digest = $2
WHERE practice_id = $1;

-- name: AuditHead :one
SELECT practice_id, seq, digest
FROM audit_heads
WHERE practice_id = $1;

-- name: AddAudit :exec
INSERT INTO audit (practice_id, seq, act_id, at, actor, act, subject, subject_id, client_id, payload, payload_digest, previous, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: ActDone :one
SELECT COUNT(*)
FROM audit
WHERE practice_id = $1 AND act_id = $2;

-- name: AuditAfter :many
SELECT practice_id, seq, act_id, at, actor, act, subject, subject_id, client_id, payload, payload_digest, previous, digest
FROM audit
WHERE practice_id = $1 AND seq > $2
ORDER BY seq
LIMIT $3;

-- name: AuditBefore :many
SELECT practice_id, seq, act_id, at, actor, act, subject, subject_id, client_id, payload, payload_digest, previous, digest
FROM audit
WHERE practice_id = $1 AND seq < $2
ORDER BY seq DESC
LIMIT $3;

-- name: AuditOfClient :many
SELECT practice_id, seq, act_id, at, actor, act, subject, subject_id, client_id, payload, payload_digest, previous, digest
FROM audit
WHERE practice_id = $1 AND client_id = $2 AND seq < $3
ORDER BY seq DESC
LIMIT $4;

-- name: EraseAuditPayloads :execrows
UPDATE audit
SET payload = NULL
WHERE practice_id = $1 AND client_id = $2;

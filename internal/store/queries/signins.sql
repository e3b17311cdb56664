-- name: AddSignin :exec
INSERT INTO signins (practice_id, id, member_id, agent, created_at, seen_at, proved_at, expires_at, hide_names)
VALUES ($1, $2, $3, $4, $5, $5, $5, $6, FALSE);

-- name: Signin :one
SELECT practice_id, id, member_id, agent, created_at, seen_at, expires_at, proved_at, locked_at, hide_names
FROM signins
WHERE practice_id = $1 AND id = $2;

-- name: SigninsOf :many
SELECT practice_id, id, member_id, agent, created_at, seen_at, expires_at, proved_at, locked_at, hide_names
FROM signins
WHERE practice_id = $1 AND member_id = $2
ORDER BY seen_at DESC, id;

-- Being seen opens no lock: the screen may have been locked since it was looked at.
-- name: SeeSignin :execrows
UPDATE signins
SET seen_at = $3
WHERE practice_id = $1 AND id = $2;

-- name: UnlockSignin :execrows
UPDATE signins
SET seen_at = $3, proved_at = $3, locked_at = 0
WHERE practice_id = $1 AND id = $2;

-- name: LockSignin :execrows
UPDATE signins
SET locked_at = $3
WHERE practice_id = $1 AND id = $2;

-- name: SetHideNames :execrows
UPDATE signins
SET hide_names = $3
WHERE practice_id = $1 AND id = $2;

-- name: RemoveSignin :execrows
DELETE FROM signins
WHERE practice_id = $1 AND id = $2 AND member_id = $3;

-- name: RemoveSigninsOf :execrows
DELETE FROM signins
WHERE practice_id = $1 AND member_id = $2;

-- name: RemoveOtherSignins :execrows
DELETE FROM signins
WHERE practice_id = $1 AND member_id = $2 AND id <> $3;

-- name: RemoveOldSignins :execrows
DELETE FROM signins
WHERE practice_id = $1 AND expires_at < $2;

-- name: AddCeremony :exec
INSERT INTO ceremonies (practice_id, id, body, expires_at)
VALUES ($1, $2, $3, $4);

-- name: TakeCeremony :one
DELETE FROM ceremonies
WHERE practice_id = $1 AND id = $2
RETURNING body, expires_at;

-- name: RemoveOldCeremonies :execrows
DELETE FROM ceremonies
WHERE practice_id = $1 AND expires_at < $2;

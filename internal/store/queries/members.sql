-- name: AddMember :exec
INSERT INTO members (practice_id, id, name, email, role, profile, until_at, created_at, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 1);

-- name: Member :one
SELECT practice_id, id, name, email, role, profile, until_at, disabled_at, created_at, version
FROM members
WHERE practice_id = $1 AND id = $2;

-- name: MemberByEmail :one
SELECT practice_id, id, name, email, role, profile, until_at, disabled_at, created_at, version
FROM members
WHERE practice_id = $1 AND email = $2;

-- name: Members :many
SELECT practice_id, id, name, email, role, profile, until_at, disabled_at, created_at, version
FROM members
WHERE practice_id = $1
ORDER BY name COLLATE "C", id;

-- Takes turns: who changes members waits here until the one before has committed, so that
-- two owners cannot each remove the other as not the last one.
-- name: HoldOwners :execrows
UPDATE members
SET version = version
WHERE practice_id = $1 AND role = 'owner';

-- name: ChangeMember :execrows
UPDATE members
SET name = $3, email = $4, role = $5, profile = $6, until_at = $7, disabled_at = $8, version = version + 1
WHERE practice_id = $1 AND id = $2 AND version = $9;

-- name: AddCredential :exec
INSERT INTO credentials (practice_id, id, member_id, kind, label, secret, counter, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: Credentials :many
SELECT practice_id, id, member_id, kind, label, secret, counter, created_at, used_at
FROM credentials
WHERE practice_id = $1 AND member_id = $2
ORDER BY created_at, id;

-- A counter only grows: the same one-time code or an older signature is refused.
-- name: UseCredential :execrows
UPDATE credentials
SET counter = $3, used_at = $4, secret = $5
WHERE practice_id = $1 AND id = $2 AND (counter < $3 OR counter = 0 AND $3 = 0);

-- name: CredentialsBySecret :many
SELECT practice_id, id, member_id, kind, label, secret, counter, created_at, used_at
FROM credentials
WHERE practice_id = $1 AND kind = $2 AND secret = $3
ORDER BY created_at, id;

-- name: RenameCredential :execrows
UPDATE credentials
SET label = $4
WHERE practice_id = $1 AND id = $2 AND member_id = $3;

-- name: RemoveCredential :execrows
DELETE FROM credentials
WHERE practice_id = $1 AND id = $2 AND member_id = $3;

-- name: RemoveCredentialsOfKind :execrows
DELETE FROM credentials
WHERE practice_id = $1 AND member_id = $2 AND kind = $3;

-- name: AddGrant :exec
INSERT INTO grants (practice_id, id, member_id, client_id, until_at, created_at, created_by)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (practice_id, member_id, client_id) DO UPDATE SET until_at = excluded.until_at;

-- name: Grants :many
SELECT practice_id, id, member_id, client_id, until_at, created_at, created_by
FROM grants
WHERE practice_id = $1 AND member_id = $2
ORDER BY id;

-- name: Granted :one
SELECT COUNT(*)
FROM grants
WHERE practice_id = $1 AND member_id = $2 AND client_id = $3 AND until_at > $4;

-- name: RemoveGrant :execrows
DELETE FROM grants
WHERE practice_id = $1 AND id = $2;

-- name: AddFile :exec
INSERT INTO files (practice_id, id, client_id, name, media_type, size, digest, content, thumbnail, actor, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: File :one
SELECT practice_id, id, client_id, name, media_type, size, digest, content, thumbnail, actor, at, removed_at
FROM files
WHERE practice_id = $1 AND id = $2;

-- A file without what is in it, which may be many megabytes.
-- name: FileHead :one
SELECT practice_id, id, client_id, name, media_type, size, digest, actor, at, removed_at
FROM files
WHERE practice_id = $1 AND id = $2;

-- name: FileThumbnail :one
SELECT id, thumbnail
FROM files
WHERE practice_id = $1 AND id = $2;

-- name: FilesOf :many
SELECT practice_id, id, client_id, name, media_type, size, digest, actor, at, removed_at
FROM files
WHERE practice_id = $1 AND client_id = $2
ORDER BY at DESC, id DESC;

-- name: SetFileRemoved :execrows
UPDATE files
SET removed_at = $3
WHERE practice_id = $1 AND id = $2;

-- name: SaveDraft :exec
INSERT INTO drafts (practice_id, member_id, subject, words, updated_at)
VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (practice_id, member_id, subject) DO UPDATE SET words = excluded.words, updated_at = excluded.updated_at;

-- name: Draft :one
SELECT practice_id, member_id, subject, words, updated_at
FROM drafts
WHERE practice_id = $1 AND member_id = $2 AND subject = $3;

-- name: RemoveDraft :execrows
DELETE FROM drafts
WHERE practice_id = $1 AND member_id = $2 AND subject = $3;

-- name: AddNote :exec
INSERT INTO notes (practice_id, id, visit_id, author_id, body, private, created_at, updated_at, digest, version)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, '', 1);

-- name: Note :one
SELECT practice_id, id, visit_id, author_id, body, private, created_at, updated_at, signed_at, digest, version
FROM notes
WHERE practice_id = $1 AND id = $2;

-- name: NoteOfVisit :one
SELECT practice_id, id, visit_id, author_id, body, private, created_at, updated_at, signed_at, digest, version
FROM notes
WHERE practice_id = $1 AND visit_id = $2;

-- Some of the signed notes, by their id, for whoever walks through all of them.
-- name: SignedNotesAfter :many
SELECT id, body, digest
FROM notes
WHERE practice_id = $1 AND id > $2 AND signed_at <> 0
ORDER BY id
LIMIT $3;

-- A signed note is never changed: the condition stands in the statement.
-- name: ChangeNote :execrows
UPDATE notes
SET body = $3, private = $4, updated_at = $5, version = version + 1
WHERE practice_id = $1 AND id = $2 AND version = $6 AND signed_at = 0;

-- name: SignNote :execrows
UPDATE notes
SET signed_at = $3, digest = $4, updated_at = $3, version = version + 1
WHERE practice_id = $1 AND id = $2 AND version = $5 AND signed_at = 0;

-- name: AddAddendum :exec
INSERT INTO addenda (practice_id, id, note_id, author_id, reason, words, at)
VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: Addenda :many
SELECT practice_id, id, note_id, author_id, reason, words, at
FROM addenda
WHERE practice_id = $1 AND note_id = $2
ORDER BY at, id;

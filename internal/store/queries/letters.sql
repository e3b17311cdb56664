-- name: AddLetter :exec
INSERT INTO letters (practice_id, id, visit_id, member_id, body, at)
VALUES ($1, $2, $3, $4, $5, $6);

-- name: Letter :one
SELECT practice_id, id, visit_id, member_id, body, at
FROM letters
WHERE practice_id = $1 AND id = $2;

-- name: LettersOf :many
SELECT practice_id, id, visit_id, member_id, body, at
FROM letters
WHERE practice_id = $1 AND visit_id = $2
ORDER BY at DESC, id DESC
LIMIT $3;

-- name: LettersOfClient :many
SELECT l.practice_id, l.id, l.visit_id, l.member_id, l.body, l.at
FROM letters l
JOIN visits v ON v.practice_id = l.practice_id AND v.id = l.visit_id
WHERE l.practice_id = $1 AND v.practice_id = $1 AND v.client_id = $2
ORDER BY l.at DESC, l.id DESC
LIMIT $3;

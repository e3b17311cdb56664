-- Erasing a client: everything that hangs on them, from the leaves to the trunk.

-- name: EraseAddendaOf :execrows
DELETE FROM addenda
WHERE addenda.practice_id = $1 AND addenda.note_id IN (
    SELECT n.id
    FROM notes n
    JOIN visits v ON v.practice_id = n.practice_id AND v.id = n.visit_id
    WHERE n.practice_id = $1 AND v.practice_id = $1 AND v.client_id = $2
);

-- name: EraseNotesOf :execrows
DELETE FROM notes
WHERE notes.practice_id = $1 AND notes.visit_id IN (
    SELECT v.id
    FROM visits v
    WHERE v.practice_id = $1 AND v.client_id = $2
);

-- name: EraseSessionEventsOf :execrows
DELETE FROM session_events
WHERE session_events.practice_id = $1 AND session_events.visit_id IN (
    SELECT v.id
    FROM visits v
    WHERE v.practice_id = $1 AND v.client_id = $2
);

-- name: EraseLiftsOf :execrows
DELETE FROM lifts
WHERE lifts.practice_id = $1 AND lifts.visit_id IN (
    SELECT v.id
    FROM visits v
    WHERE v.practice_id = $1 AND v.client_id = $2
);

-- name: EraseLettersOf :execrows
DELETE FROM letters
WHERE letters.practice_id = $1 AND letters.visit_id IN (
    SELECT v.id
    FROM visits v
    WHERE v.practice_id = $1 AND v.client_id = $2
);

-- name: EraseCheckinsOf :execrows
DELETE FROM checkins
WHERE checkins.practice_id = $1 AND checkins.visit_id IN (
    SELECT v.id
    FROM visits v
    WHERE v.practice_id = $1 AND v.client_id = $2
);

-- name: EraseLinksOf :execrows
DELETE FROM links
WHERE practice_id = $1 AND client_id = $2;

-- name: EraseConsentsOf :execrows
DELETE FROM consents
WHERE practice_id = $1 AND client_id = $2;

-- name: EraseMeasuresOf :execrows
DELETE FROM measures
WHERE practice_id = $1 AND client_id = $2;

-- name: EraseIncidentsOf :execrows
DELETE FROM incidents
WHERE practice_id = $1 AND client_id = $2;

-- name: EraseAlertsOf :execrows
DELETE FROM alerts
WHERE practice_id = $1 AND client_id = $2;

-- name: EraseFilesOf :execrows
DELETE FROM files
WHERE practice_id = $1 AND client_id = $2;

-- name: EraseGrantsOf :execrows
DELETE FROM grants
WHERE practice_id = $1 AND client_id = $2;

-- name: EraseVisitsOf :execrows
DELETE FROM visits
WHERE practice_id = $1 AND client_id = $2;

-- What a joining remembers of two entries, so that it could be undone, goes with them.
-- name: EraseMergesOf :execrows
UPDATE merges
SET moved = '{}', undone_at = CASE WHEN undone_at = 0 THEN $3 ELSE undone_at END
WHERE practice_id = $1 AND into_id = $2 AND moved <> '{}';

-- Drafts of what was being written about the client or their visits, whoever wrote them:
-- their subject ends with the id.
-- name: EraseDraftsOf :execrows
DELETE FROM drafts
WHERE drafts.practice_id = $1 AND (
    EXISTS (
        SELECT c.id
        FROM clients c
        WHERE c.practice_id = $1 AND c.id = $2 AND drafts.subject LIKE '%' || c.id ESCAPE '!'
    ) OR EXISTS (
        SELECT v.id
        FROM visits v
        WHERE v.practice_id = $1 AND v.client_id = $2 AND drafts.subject LIKE '%' || v.id ESCAPE '!'
    )
);

-- name: LastVisitOf :one
SELECT CAST(COALESCE(MAX(starts_at), 0) AS BIGINT)
FROM visits
WHERE practice_id = $1 AND client_id = $2 AND state IN ('started', 'ended', 'closed');

-- name: AddErasure :exec
INSERT INTO erasures (practice_id, id, client_id, reason, erased, kept, until_at, member_id, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: ErasuresOf :many
SELECT practice_id, id, client_id, reason, erased, kept, until_at, member_id, at
FROM erasures
WHERE practice_id = $1 AND client_id = $2
ORDER BY at, id;

-- Clients whose last treatment is so long ago that the practice may look at erasing them.
-- name: ClientsIdleSince :many
SELECT c.id, c.name, c.called, c.born, c.hold, CAST(MAX(v.starts_at) AS BIGINT) AS last_at
FROM clients c
JOIN visits v ON v.practice_id = c.practice_id AND v.client_id = c.id
WHERE c.practice_id = $1 AND v.practice_id = $1 AND c.erased_at = 0 AND c.merged_into IS NULL
GROUP BY c.id, c.name, c.called, c.born, c.hold
HAVING MAX(v.starts_at) < $2
ORDER BY c.id
LIMIT $3;

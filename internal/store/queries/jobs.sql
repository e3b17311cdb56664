-- name: AddJob :exec
INSERT INTO jobs (practice_id, id, kind, body, run_at, leased_until, attempts, failure)
VALUES ($1, $2, $3, $4, $5, 0, 0, '')
ON CONFLICT (practice_id, id) DO NOTHING;

-- name: JobsDue :one
SELECT COUNT(*)
FROM jobs
WHERE practice_id = $1 AND done_at = 0 AND run_at <= $2 AND leased_until < $2;

-- name: LeaseJobs :many
UPDATE jobs
SET leased_until = $2, attempts = attempts + 1
WHERE jobs.practice_id = $1 AND jobs.leased_until < $3 AND jobs.id IN (
    SELECT j.id
    FROM jobs j
    WHERE j.practice_id = $1 AND j.done_at = 0 AND j.run_at <= $3 AND j.leased_until < $3
    ORDER BY j.run_at, j.id
    LIMIT $4
)
RETURNING jobs.practice_id, jobs.id, jobs.kind, jobs.body, jobs.run_at, leased_until, attempts, handed_at, done_at, failure;

-- The number of the attempt stands in the next three: who lost the lease changes nothing.
-- name: HandJob :execrows
UPDATE jobs
SET handed_at = $4
WHERE practice_id = $1 AND id = $2 AND attempts = $3 AND done_at = 0 AND handed_at = 0;

-- name: FinishJob :execrows
UPDATE jobs
SET done_at = $4, failure = $5
WHERE practice_id = $1 AND id = $2 AND attempts = $3 AND done_at = 0;

-- name: RetryJob :execrows
UPDATE jobs
SET run_at = $4, leased_until = 0, handed_at = 0, failure = $5
WHERE practice_id = $1 AND id = $2 AND attempts = $3 AND done_at = 0;

-- name: WaitingJobs :many
SELECT practice_id, id, kind, body, run_at, leased_until, attempts, handed_at, done_at, failure
FROM jobs
WHERE practice_id = $1 AND done_at = 0
ORDER BY run_at, id
LIMIT $2;

-- The record of a practice. One text for SQLite, PostgreSQL and a PostgreSQL that is
-- spread over machines by practice_id; schema_test.go holds what that asks for.
-- Instants are microseconds since 1970 in UTC, 0 where nothing happened yet; documents are JSON in TEXT columns, since
-- no statement looks into them; flags are BOOLEAN with a CHECK, since SQLite takes any number.

-- +goose Up
CREATE TABLE practices (
    practice_id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    zone TEXT NOT NULL,
    settings TEXT NOT NULL,
    demo BOOLEAN NOT NULL CHECK (demo IN (TRUE, FALSE)),
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL
);

CREATE TABLE members (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    role TEXT NOT NULL CHECK (role IN ('owner', 'therapist', 'desk', 'substitute', 'auditor')),
    profile TEXT NOT NULL,
    until_at BIGINT NOT NULL DEFAULT 0,
    disabled_at BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    UNIQUE (practice_id, email),
    FOREIGN KEY (practice_id) REFERENCES practices (practice_id)
);

-- What a member can prove: a password, a passkey, a one-time code, a recovery code.
CREATE TABLE credentials (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('password', 'totp', 'passkey', 'recovery', 'oidc')),
    label TEXT NOT NULL,
    secret TEXT NOT NULL,
    counter BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, member_id) REFERENCES members (practice_id, id)
);
CREATE INDEX credentials_by_member ON credentials (practice_id, member_id, kind);

-- A device on which a member is signed in. The id is the digest of the cookie's secret.
-- proved_at is when the member last showed there who they are.
CREATE TABLE signins (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    agent TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    proved_at BIGINT NOT NULL,
    locked_at BIGINT NOT NULL DEFAULT 0,
    hide_names BOOLEAN NOT NULL CHECK (hide_names IN (TRUE, FALSE)),
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, member_id) REFERENCES members (practice_id, id)
);
CREATE INDEX signins_by_member ON signins (practice_id, member_id);

-- A passkey ceremony or a sign-in elsewhere that has begun: used once, then gone.
CREATE TABLE ceremonies (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    body TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id) REFERENCES practices (practice_id)
);

CREATE TABLE clients (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    called TEXT NOT NULL,
    born TEXT NOT NULL,
    email TEXT NOT NULL,
    phone TEXT NOT NULL,
    search TEXT NOT NULL,
    profile TEXT NOT NULL,
    hold TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    archived_at BIGINT NOT NULL DEFAULT 0,
    erased_at BIGINT NOT NULL DEFAULT 0,
    merged_into TEXT,
    version BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id) REFERENCES practices (practice_id),
    FOREIGN KEY (practice_id, merged_into) REFERENCES clients (practice_id, id)
);

-- Which clients a substitute may see, and until when.
CREATE TABLE grants (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    until_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    created_by TEXT NOT NULL,
    PRIMARY KEY (practice_id, id),
    UNIQUE (practice_id, member_id, client_id),
    FOREIGN KEY (practice_id, member_id) REFERENCES members (practice_id, id),
    FOREIGN KEY (practice_id, client_id) REFERENCES clients (practice_id, id)
);

CREATE TABLE visits (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    therapist_id TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    zone TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('open', 'intake', 'ready', 'started', 'ended', 'closed', 'cancelled')),
    input TEXT NOT NULL,
    asked BOOLEAN NOT NULL CHECK (asked IN (TRUE, FALSE)),
    verdict TEXT NOT NULL,
    plan TEXT NOT NULL,
    intake TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, client_id) REFERENCES clients (practice_id, id),
    FOREIGN KEY (practice_id, therapist_id) REFERENCES members (practice_id, id)
);
CREATE INDEX visits_by_start ON visits (practice_id, starts_at);
CREATE INDEX visits_by_client ON visits (practice_id, client_id, starts_at);

-- A signed way in for one client, or an invitation for a member: the digest of its secret.
CREATE TABLE links (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    purpose TEXT NOT NULL CHECK (purpose IN ('intake', 'consent', 'checkin', 'export', 'join', 'reset')),
    secret TEXT NOT NULL,
    client_id TEXT,
    visit_id TEXT,
    member_id TEXT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    opened_at BIGINT NOT NULL DEFAULT 0,
    done_at BIGINT NOT NULL DEFAULT 0,
    revoked_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (practice_id, id),
    UNIQUE (practice_id, secret),
    FOREIGN KEY (practice_id, client_id) REFERENCES clients (practice_id, id),
    FOREIGN KEY (practice_id, visit_id) REFERENCES visits (practice_id, id),
    FOREIGN KEY (practice_id, member_id) REFERENCES members (practice_id, id)
);
CREATE INDEX links_by_client ON links (practice_id, client_id);

-- One act of consent: given, refused or withdrawn. Acts are only added; the last one of a
-- kind is what holds.
CREATE TABLE consents (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    visit_id TEXT,
    kind TEXT NOT NULL CHECK (kind IN ('treatment', 'data', 'marketing', 'learning')),
    act TEXT NOT NULL CHECK (act IN ('given', 'refused', 'withdrawn', 'spoken')),
    edition TEXT NOT NULL,
    words TEXT NOT NULL,
    scope TEXT NOT NULL,
    signed_name TEXT NOT NULL,
    signature TEXT NOT NULL,
    guardian TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, client_id) REFERENCES clients (practice_id, id),
    FOREIGN KEY (practice_id, visit_id) REFERENCES visits (practice_id, id)
);
CREATE INDEX consents_by_client ON consents (practice_id, client_id, at);

-- A screening that stopped treatment, lifted by a named therapist.
CREATE TABLE lifts (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    visit_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    level TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    undone_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, visit_id) REFERENCES visits (practice_id, id),
    FOREIGN KEY (practice_id, member_id) REFERENCES members (practice_id, id)
);
CREATE INDEX lifts_by_visit ON lifts (practice_id, visit_id);

-- A letter to another clinician, as it was printed: only added, never changed.
CREATE TABLE letters (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    visit_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, visit_id) REFERENCES visits (practice_id, id),
    FOREIGN KEY (practice_id, member_id) REFERENCES members (practice_id, id)
);
CREATE INDEX letters_by_visit ON letters (practice_id, visit_id);

-- What happened at the table: added by devices, never changed.
CREATE TABLE session_events (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    visit_id TEXT NOT NULL,
    body TEXT NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, visit_id) REFERENCES visits (practice_id, id)
);
CREATE INDEX session_events_by_visit ON session_events (practice_id, visit_id);

CREATE TABLE notes (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    visit_id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    body TEXT NOT NULL,
    private BOOLEAN NOT NULL CHECK (private IN (TRUE, FALSE)),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    signed_at BIGINT NOT NULL DEFAULT 0,
    digest TEXT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    UNIQUE (practice_id, visit_id),
    FOREIGN KEY (practice_id, visit_id) REFERENCES visits (practice_id, id),
    FOREIGN KEY (practice_id, author_id) REFERENCES members (practice_id, id)
);

CREATE TABLE addenda (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    note_id TEXT NOT NULL,
    author_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    words TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, note_id) REFERENCES notes (practice_id, id),
    FOREIGN KEY (practice_id, author_id) REFERENCES members (practice_id, id)
);
CREATE INDEX addenda_by_note ON addenda (practice_id, note_id);

CREATE TABLE measures (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    visit_id TEXT,
    instrument TEXT NOT NULL,
    place TEXT NOT NULL,
    moment TEXT NOT NULL CHECK (moment IN ('intake', 'before', 'after', 'day1', 'day3', 'review')),
    answers TEXT NOT NULL,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, client_id) REFERENCES clients (practice_id, id),
    FOREIGN KEY (practice_id, visit_id) REFERENCES visits (practice_id, id)
);
CREATE INDEX measures_by_client ON measures (practice_id, client_id, at);

-- How the client is, a day and three days after.
CREATE TABLE checkins (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    visit_id TEXT NOT NULL,
    moment TEXT NOT NULL CHECK (moment IN ('day1', 'day3')),
    due_at BIGINT NOT NULL,
    answered_at BIGINT NOT NULL DEFAULT 0,
    answers TEXT NOT NULL,
    PRIMARY KEY (practice_id, id),
    UNIQUE (practice_id, visit_id, moment),
    FOREIGN KEY (practice_id, visit_id) REFERENCES visits (practice_id, id)
);

-- Something that went wrong during or after a session.
CREATE TABLE incidents (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    visit_id TEXT,
    kind TEXT NOT NULL,
    onset_hours BIGINT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('minor', 'moderate', 'serious')),
    action TEXT NOT NULL,
    words TEXT NOT NULL,
    resolved_at BIGINT NOT NULL DEFAULT 0,
    member_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    version BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, client_id) REFERENCES clients (practice_id, id),
    FOREIGN KEY (practice_id, visit_id) REFERENCES visits (practice_id, id)
);
CREATE INDEX incidents_by_client ON incidents (practice_id, client_id, at);

-- What waits in the inbox.
CREATE TABLE alerts (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    client_id TEXT,
    visit_id TEXT,
    words TEXT NOT NULL,
    at BIGINT NOT NULL,
    done_at BIGINT NOT NULL DEFAULT 0,
    done_by TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, client_id) REFERENCES clients (practice_id, id),
    FOREIGN KEY (practice_id, visit_id) REFERENCES visits (practice_id, id)
);
CREATE INDEX alerts_by_time ON alerts (practice_id, at);

CREATE TABLE files (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    digest TEXT NOT NULL,
    content BYTEA NOT NULL,
    thumbnail BYTEA,
    actor TEXT NOT NULL,
    at BIGINT NOT NULL,
    removed_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, client_id) REFERENCES clients (practice_id, id)
);
CREATE INDEX files_by_client ON files (practice_id, client_id, at);

-- Two entries for one person, joined. moved names the rows that went over, so that it can
-- be taken back.
CREATE TABLE merges (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    from_id TEXT NOT NULL,
    into_id TEXT NOT NULL,
    moved TEXT NOT NULL,
    member_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    undone_at BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, from_id) REFERENCES clients (practice_id, id),
    FOREIGN KEY (practice_id, into_id) REFERENCES clients (practice_id, id)
);
CREATE INDEX merges_by_client ON merges (practice_id, into_id);

-- What was erased of a client, and what the law made stay. It names nobody.
CREATE TABLE erasures (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    reason TEXT NOT NULL,
    erased TEXT NOT NULL,
    kept TEXT NOT NULL,
    until_at BIGINT NOT NULL DEFAULT 0,
    member_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id, client_id) REFERENCES clients (practice_id, id)
);
CREATE INDEX erasures_by_client ON erasures (practice_id, client_id);

-- What somebody is typing, so that a closed tab loses nothing.
CREATE TABLE drafts (
    practice_id TEXT NOT NULL,
    member_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    words TEXT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (practice_id, member_id, subject),
    FOREIGN KEY (practice_id, member_id) REFERENCES members (practice_id, id)
);

-- Who did what, in a chain: each line holds the digest of the one before. The payload
-- stands outside the chain (its digest is inside), so that it can be erased lawfully.
CREATE TABLE audit (
    practice_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    act_id TEXT NOT NULL,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    act TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    client_id TEXT NOT NULL,
    payload TEXT,
    payload_digest TEXT NOT NULL,
    previous TEXT NOT NULL,
    digest TEXT NOT NULL,
    PRIMARY KEY (practice_id, seq),
    UNIQUE (practice_id, act_id),
    FOREIGN KEY (practice_id) REFERENCES practices (practice_id)
);
CREATE INDEX audit_by_client ON audit (practice_id, client_id, seq);

-- The last link of each chain: bumped first, so that two writers take turns.
CREATE TABLE audit_heads (
    practice_id TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    digest TEXT NOT NULL,
    FOREIGN KEY (practice_id) REFERENCES practices (practice_id)
);

-- What is to be done at a time. handed_at is set before something leaves the house: a job
-- that was leased again and has it may have been done, and nobody can find out.
CREATE TABLE jobs (
    practice_id TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    run_at BIGINT NOT NULL,
    leased_until BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    handed_at BIGINT NOT NULL DEFAULT 0,
    done_at BIGINT NOT NULL DEFAULT 0,
    failure TEXT NOT NULL,
    PRIMARY KEY (practice_id, id),
    FOREIGN KEY (practice_id) REFERENCES practices (practice_id)
);
CREATE INDEX jobs_waiting ON jobs (practice_id, run_at);

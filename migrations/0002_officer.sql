-- Who works here.

create table agency (
    -- this project's own code (HN-…, TW-…); official identifiers are added by the office
    agency_id text primary key,
    name text not null,
    level text not null check (level in ('city', 'department', 'unit', 'commune', 'central_vertical')),
    type text not null,
    parent_id text,
    -- how sure the name is: confirmed, from_seed, from_memory, uncertain
    certainty text not null,
    note text not null default ''
);

create table officer (
    officer_id bigint generated always as identity primary key,
    login text not null unique check (login = lower(login)),
    name text not null,
    agency_id text not null references agency,
    -- PHC string, argon2id
    password_hash text not null,
    failed_attempts int not null default 0,
    locked_until timestamptz,
    created_at timestamptz not null,
    closed_at timestamptz
);

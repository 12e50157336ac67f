-- People: who works here, how they sign in and from where they have; agencies as the office itself keeps them.

alter table agency
    -- the official identifier (mã định danh), once the office knows it
    add column official_code text,
    -- since when the office keeps this line itself: the list that comes with the program does not change it any more
    add column kept_since timestamptz,
    add column edition int not null default 1;

alter table officer
    -- stands in for the focal officer
    add column is_substitute boolean not null default false
        check (not is_substitute or role in ('agency_focal', 'focal_office')),
    -- by which single sign-on finds the account, the first time
    add column work_email text unique check (work_email = lower(work_email)),
    -- and every time after that
    add column oidc_issuer text,
    add column oidc_subject text,
    -- a password that somebody else set: it works until then, and for nothing but to choose another
    add column one_time_until timestamptz,
    -- the secret that the authenticator on their phone shares with us, sealed (officer::seal)
    add column totp_sealed text,
    -- the last step of 30 seconds whose code was taken: none is taken twice
    add column totp_step bigint,
    -- single keys do things on the pages; whoever is disturbed by that switches it off
    add column has_single_keys boolean not null default true,
    add column account_version int not null default 1,
    add constraint officer_of_single_sign_on unique (oidc_issuer, oidc_subject);

create index officer_of_agency on officer (agency_id);

-- For whoever lost the phone: each opens once.
create table recovery_code (
    officer_id bigint not null references officer,
    code_hash bytea not null check (length(code_hash) = 32),
    used_at timestamptz,
    primary key (officer_id, code_hash)
);

-- Every sign-in. What the browser carries lies in Redis and names this row; an ended row is refused at the next request.
create table officer_session (
    officer_session_id bigint generated always as identity primary key,
    officer_id bigint not null references officer,
    way text not null check (way in ('password', 'single_sign_on')),
    -- «Chrome, Windows»
    browser text not null,
    began_at timestamptz not null,
    -- to the minute
    seen_at timestamptz not null,
    ended_at timestamptz
);

create index officer_session_of on officer_session (officer_id, officer_session_id desc);

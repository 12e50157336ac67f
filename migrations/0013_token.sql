-- What is known of the tokens, for those who look after the channel. The tokens themselves stand here encrypted, as
-- `v1:…`; rows from before in plain text are encrypted when they are first read.
alter table zalo_token
    -- when Zalo last gave a pair
    add column refreshed_at timestamptz,
    -- the refresh token dies then, unless it is used before
    add column refresh_expires_at timestamptz,
    -- since when Zalo has not taken the refresh token any more, and its code; none where ours could not be decrypted
    add column lost_at timestamptz,
    add column lost_code bigint,
    -- why the last refresh failed; none after one that succeeded
    add column last_error text,
    -- when an administrator of the account last consented, and who sent him; nobody where it was the command `connect`
    add column connected_at timestamptz,
    add column connected_by bigint references officer (officer_id);

-- Consents that were begun and have not come back yet.
create table zalo_consent (
    -- the first half of the state; its secret half is kept as a digest
    zalo_consent_id uuid primary key,
    app_id text not null,
    secret_digest bytea not null,
    -- encrypted
    code_verifier text not null,
    -- who may bring it back; nobody where the command `connect` began it
    officer_id bigint references officer (officer_id),
    expires_at timestamptz not null
);

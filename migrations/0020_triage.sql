-- Triage: what is alike, what was merged, who reads what right now.

create extension if not exists pg_trgm;

alter table petition
    -- the syllables of title and content that tell this petition from others, folded (`petition::alike::gist`)
    add column gist text not null default '';

-- what was filed before: rougher, with the syllables that every petition has
update petition set gist = trim(regexp_replace(folded(title || ' ' || content), '[^a-z0-9]+', ' ', 'g'));

-- What waits for triage, oldest first.
create index petition_new on petition (petition_id)
    where status in ('submitted', 'supplemented') and accepted_at is null and heap_id is null;

-- Open petitions about one place, the latest first: what a new one may be alike to.
create index petition_open_place on petition
    (coalesce(target_agency_id, handling_agency_id, 'HN-' || commune_code), submitted_at desc)
    where status in ('submitted', 'supplemented', 'accepted', 'assigned', 'in_progress', 'returned_internal',
                     'awaiting_supplement', 'reopened');

-- Settled petitions by place, by topic and by their words: how alike matters were answered.
create index petition_settled_place on petition
    (coalesce(target_agency_id, handling_agency_id, 'HN-' || commune_code), petition_id desc)
    where status in ('answered', 'published', 'refused');
create index petition_settled_topic on petition (topic, petition_id desc)
    where status in ('answered', 'published', 'refused') and topic <> '';
create index petition_settled_gist on petition using gin (to_tsvector('simple', gist))
    where status in ('answered', 'published', 'refused');

-- Which officer has which petition open for triage. One line each; older than a few minutes it says nothing.
create table petition_opening (
    petition_id bigint not null references petition,
    officer_id bigint not null references officer,
    opened_at timestamptz not null,
    primary key (petition_id, officer_id)
);

create index petition_opening_officer on petition_opening (officer_id);
